import Testing

@testable import ConclaveTransport

@Suite struct SparesTests {
    @Test func `the one given last is taken first`() {
        var spares = Spares<Int>()
        for piece in 1...3 { spares.give(piece) }
        #expect([spares.take(), spares.take(), spares.take(), spares.take()] == [3, 2, 1, nil])
    }

    @Test func `what was needed between two looks stays, and what was not is taken out`() {
        var spares = Spares<Int>()
        for piece in 1...10 { spares.give(piece) }
        #expect(spares.takeUnneeded(leaving: 0).isEmpty, "they were needed before they were given")
        for _ in 1...3 {
            let taken = (1...4).compactMap { _ in spares.take() }
            for piece in taken.reversed() { spares.give(piece) }
        }
        #expect(spares.takeUnneeded(leaving: 0) == [1, 2, 3, 4, 5, 6])
        #expect(spares.takeUnneeded(leaving: 0) == [7, 8, 9, 10])
        #expect(spares.take() == nil)
    }

    @Test func `so many stay although nobody needs them`() {
        var spares = Spares<Int>()
        for piece in 1...10 { spares.give(piece) }
        _ = spares.takeUnneeded(leaving: 3)
        #expect(spares.takeUnneeded(leaving: 3).count == 7)
        #expect(spares.takeUnneeded(leaving: 3).isEmpty)
        #expect(spares.count == 3)
    }
}
