import ConclaveLocalnet
import Testing

@Suite struct PortChoiceTests {
    @Test func `free ports are taken from 4100 up`() throws {
        #expect(try PortChoice.anyFree.ports(3) { $0 != 4_101 } == [4_100, 4_102, 4_103])
    }

    @Test func `ports from a base follow each other`() throws {
        #expect(try PortChoice.from(3_000).ports(2) { _ in true } == [3_000, 3_001])
    }

    @Test func `what cannot be is said`() {
        #expect(throws: LocalnetFailure.unavailable("only 1 ports from 4100 to 9999 are free, not 2")) {
            try PortChoice.anyFree.ports(2) { $0 == 5_000 }
        }
        #expect(throws: LocalnetFailure.unavailable("127.0.0.1:3001 is in use; give another --base-port")) {
            try PortChoice.from(3_000).ports(4) { $0 != 3_001 }
        }
        #expect(
            throws: LocalnetFailure.unavailable(
                "there are no 4 ports from 65533 upwards; give a smaller --base-port")
        ) {
            try PortChoice.from(65_533).ports(4) { _ in true }
        }
    }
}
