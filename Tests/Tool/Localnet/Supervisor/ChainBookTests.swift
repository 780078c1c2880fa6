import ConclaveChain
import ConclaveChainApplication
import ConclaveConsensusCore
import ConclaveLocalnet
import ConclavePrimitives
import Testing

@Suite struct ChainBookTests {
    func mark(_ height: UInt64, _ name: UInt8 = 0) -> HeightMark {
        HeightMark(height: height, digest: ChainDigest(of: [name]))
    }

    /// Two validators that have made ten blocks a second from the first second on.
    func book(liars: Int = 0, seconds: Int = 8) -> ChainBook {
        var book = ChainBook(honest: 2, patience: .seconds(5))
        for second in 1...seconds {
            for index in 0..<2 {
                book.said(index, chain(UInt64(second) * 10), at: at(UInt64(second) * 1_000))
            }
        }
        return book
    }

    @Test func `who agrees and goes on is whole, and the rate is that of the time that was seen`() {
        let outcome = book().outcome(at: at(8_000))
        #expect(outcome.isWhole && outcome.height == 80 && outcome.forks == 0)
        #expect(outcome.blocksPerSecond == 10)
    }

    @Test func `two digests at one height are a fork, whoever tells the second one and when`() {
        var book = book()
        book.said(0, chain(80, marks: [mark(64), mark(72)]), at: at(8_100))
        book.said(1, chain(80, marks: [mark(64), mark(72, 1)]), at: at(8_200))
        let outcome = book.outcome(at: at(8_300))
        #expect(outcome.forks == 1 && !outcome.isWhole)
    }

    @Test func `a chain that stands still for longer than the patience is not whole`() {
        var book = book()
        for second in 9...14 {
            for index in 0..<2 { book.said(index, chain(80), at: at(UInt64(second) * 1_000)) }
        }
        #expect(!book.outcome(at: at(14_000)).isWhole)
    }

    @Test func `one that was looked at for a moment only is whole as soon as everybody has blocks`() {
        var book = ChainBook(honest: 2, patience: .seconds(5))
        book.said(0, chain(60), at: at(500))
        #expect(!book.outcome(at: at(600)).isWhole)
        book.said(1, chain(58), at: at(510))
        #expect(book.outcome(at: at(600)).isWhole)
        for index in 0..<2 { book.said(index, chain(60), at: at(1_500)) }
        #expect(!book.outcome(at: at(1_600)).isWhole)
    }

    @Test func `nor is one with a validator that is left behind, unless it is no member`() {
        var book = book()
        for second in 9...16 { book.said(0, chain(UInt64(second) * 10), at: at(UInt64(second) * 1_000)) }
        #expect(!book.outcome(at: at(16_000)).isWhole)
        var away = chain(80)
        away.stake = nil
        book.said(1, away, at: at(16_100))
        #expect(book.outcome(at: at(16_200)).isWhole)
    }

    @Test func `those that lie are not listened to`() {
        var book = book()
        book.said(0, chain(80, marks: [mark(64)]), at: at(8_100))
        book.said(2, chain(5, evidence: 9, marks: [mark(64, 1)]), at: at(8_200))
        let outcome = book.outcome(at: at(8_300))
        #expect(outcome.isWhole && outcome.evidence == 0)
    }

    @Test func `an epoch is news once, and evidence outlives a restart`() {
        var book = book()
        let news = ChainNews.epoch(1, joined: [peer(3)], left: [peer(1), peer(2)])
        #expect(book.isNew(news))
        book.happened(news)
        #expect(!book.isNew(news))
        book.happened(news)
        book.said(0, chain(90, evidence: 3), at: at(9_000))
        book.said(0, chain(91, evidence: 1), at: at(10_000))
        let outcome = book.outcome(at: at(10_000))
        #expect(outcome.joined == 1 && outcome.left == 2 && outcome.epochs == 1 && outcome.evidence == 4)
    }

    @Test func `the longest gap is the longest that anybody tells who does not lie`() {
        var book = book()
        #expect(book.outcome(at: at(8_000)).longestGapMilliseconds == nil)
        for (index, gap) in [(0, 12), (1, 740), (0, 30), (2, 9_000)] {
            var status = chain(90)
            status.longestGapMilliseconds = gap
            book.said(index, status, at: at(9_000))
        }
        #expect(book.outcome(at: at(9_000)).longestGapMilliseconds == 740)
    }

    @Test func `finality is that of all together`() {
        var book = book()
        for milliseconds in [2, 4, 100] {
            var status = chain(90)
            status.finalities.add(microseconds: milliseconds * 1_000)
            book.said(milliseconds % 3 == 0 ? 0 : 1, status, at: at(9_000))
        }
        let outcome = book.outcome(at: at(9_000))
        #expect((4...4.3).contains(outcome.finalityP50Milliseconds ?? 0))
        #expect((100...107).contains(outcome.finalityP99Milliseconds ?? 0))
    }
}
