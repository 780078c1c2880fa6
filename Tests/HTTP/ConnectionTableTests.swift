import ConclavePrimitives
import Testing

@testable import ConclaveHTTP

@Suite struct ConnectionTableTests {
    func at(_ seconds: UInt64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test func `a connection that has lasted long enough is told once`() {
        var table = ConnectionTable()
        table.opened(7, until: at(10))
        table.opened(8, until: at(20))
        #expect(table.takeOverdue(at: at(9)) == [])
        #expect(table.takeOverdue(at: at(10)) == [7])
        #expect(table.takeOverdue(at: at(15)) == [])
        #expect(table.count == 2)
    }

    @Test func `a descriptor that was closed and is used again has a time of its own`() {
        var table = ConnectionTable()
        table.opened(7, until: at(10))
        table.closed(7)
        #expect(table.takeOverdue(at: at(30)) == [])
        table.opened(7, until: at(40))
        #expect(table.takeOverdue(at: at(30)) == [])
        #expect(table.takeOverdue(at: at(40)) == [7])
    }
}
