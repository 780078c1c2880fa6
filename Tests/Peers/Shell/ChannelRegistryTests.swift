import ConclaveTransport
import Testing

@testable import ConclavePeers

struct ChannelRegistryTests {
    private let registry = ChannelRegistry(messageBytesMax: 100, memory: .of())

    @Test func `channels get slots in the order in which they come`() throws {
        #expect(try registry.add(7, ChannelOptions()).slot == 0)
        #expect(try registry.add(3, ChannelOptions()).slot == 1)
        #expect(registry.entries.map(\.number) == [7, 3])
        #expect(registry.table.slot(of: 3) == 1)
        #expect(registry.table.slot(of: 4) == nil)
        #expect(registry.table.messageBytesMax == 100)
    }

    @Test func `a number is taken once`() throws {
        _ = try registry.add(7, ChannelOptions())
        #expect(throws: ChannelFault.registeredTwice(7)) { try registry.add(7, ChannelOptions()) }
    }

    @Test func `nothing is added after the start`() throws {
        _ = try registry.add(7, ChannelOptions())
        #expect(registry.seal().map(\.number) == [7])
        #expect(throws: ChannelFault.startedAlready) { try registry.add(8, ChannelOptions()) }
    }
}
