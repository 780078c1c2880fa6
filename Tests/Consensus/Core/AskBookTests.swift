import ConclaveConsensusTrials
import ConclaveCryptography
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

@Suite struct AskBookTests {
    let peers = Chain(weights: [1, 1, 1, 1, 1]).keys.map(\.publicKey)
    let patience = Duration.milliseconds(200)

    @Test func `two are asked, and after a pause two others, until nobody wants it any more`() {
        var book = AskBook(patience: patience)
        let ask = Ask.closing(0)
        let first = book.peers(for: ask, first: peers[4], atOnce: 2, among: peers, at: instant(0))
        #expect(first.count == 2)
        #expect(first.first == peers[4])
        let tooSoon = book.peers(for: ask, first: peers[4], atOnce: 2, among: peers, at: instant(199))
        #expect(tooSoon.isEmpty)
        #expect(book.nextDue == instant(200))
        let second = book.peers(for: ask, first: peers[4], atOnce: 2, among: peers, at: instant(200))
        #expect(second.count == 2)
        #expect(Set(first).isDisjoint(with: second))
        book.sweep()
        #expect(book.isOpen(ask))
        book.sweep()
        #expect(!book.isOpen(ask))
        #expect(book.nextDue == .distantFuture)
    }

    @Test func `A20 whoever says nothing, or nothing of use, is left for another`() {
        var book = AskBook(patience: patience)
        let liars = Set(peers.prefix(2))
        var asked: Set<PublicKey> = []
        for round in 0..<3 {
            let now = instant(200 * round)
            asked.formUnion(
                book.peers(
                    for: .ancestry(digest(7), above: 4), first: peers[0], atOnce: 2, among: peers, at: now))
        }
        #expect(asked.subtracting(liars).count == 3)
    }

    @Test func `everybody is asked in the end, and nobody where nobody is`() {
        var book = AskBook(patience: patience)
        var asked: Set<PublicKey> = []
        for round in 0..<3 {
            let now = instant(200 * round)
            asked.formUnion(book.peers(for: .block(digest(3)), first: nil, atOnce: 2, among: peers, at: now))
        }
        #expect(asked.count == 5)
        let nobody = book.peers(for: .closing(1), first: nil, atOnce: 2, among: [], at: instant(0))
        #expect(nobody.isEmpty)
    }
}
