import ConclaveLocalnet
import Testing

@Suite struct DeliveryBooksTests {
    func report(
        _ reporter: Int, _ peer: Int, lives: (UInt64, UInt64) = (1, 1), accepted: Int = 0, heard: Int = 0,
        missing: Int = 0
    ) -> DeliveryBooks.Report {
        .init(
            reporter: reporter, reporterLife: lives.0, peer: peer, peerLife: lives.1, accepted: accepted,
            heard: heard, missing: missing)
    }

    @Test func `what one accepted and the other heard is delivered, the rest undelivered`() {
        var books = DeliveryBooks(validators: 2)
        books.record(report(0, 1, accepted: 10, heard: 7))
        books.record(report(1, 0, accepted: 7, heard: 9))
        #expect(books.delivered == 16)
        #expect(books.undelivered == 1)
    }

    @Test func `a later report replaces an earlier one`() {
        var books = DeliveryBooks(validators: 2)
        for count in [1, 5, 8] { books.record(report(0, 1, heard: count)) }
        #expect(books.delivered == 8)
    }

    @Test func `what was accepted for a process that was killed is no loss, but a gap before is`() {
        var books = DeliveryBooks(validators: 2)
        books.record(report(0, 1, accepted: 10, heard: 4, missing: 1))
        books.record(report(1, 0, accepted: 5, heard: 6))
        books.cutOff(1, life: 1)
        #expect(books.delivered == 10)
        #expect(books.undelivered == 1)
        books.record(report(0, 1, lives: (1, 2), accepted: 3, heard: 3))
        books.record(report(1, 0, lives: (2, 1), accepted: 3, heard: 3))
        #expect(books.delivered == 16)
        #expect(books.undelivered == 1)
    }

    @Test func `ends that speak of different lives are not compared`() {
        var books = DeliveryBooks(validators: 2)
        books.record(report(0, 1, lives: (1, 1), accepted: 50, heard: 40))
        books.record(report(1, 0, lives: (2, 1), accepted: 1, heard: 1))
        #expect(books.undelivered == 0)
    }

    @Test func `reports about nobody change nothing`() {
        var books = DeliveryBooks(validators: 2)
        for (reporter, peer) in [(0, 0), (2, 0), (0, 2), (-1, 0)] {
            books.record(report(reporter, peer, heard: 1))
        }
        books.cutOff(9, life: 1)
        #expect(books.delivered == 0)
    }
}
