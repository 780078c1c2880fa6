import ConclaveCodec
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestSockets
import ConclaveTransport

@testable import ConclavePeers

extension NodeMemory {
    /// Memory of a node with so much of it, in bytes.
    static func of(budget: Int = 1 << 30, floor: Int = 64 << 10, lane: Int = 4 << 20) -> NodeMemory {
        var profile = Profile.local
        profile.memoryBudget = max(1 << 20, budget)
        profile.floorBytes = max(4 << 10, floor)
        profile.laneBytes = lane
        guard
            let configuration = try? Configuration(
                profile: profile, namespace: "TEST", maxMessageBytes: 1_000,
                listen: SocketAddress(.loopback, port: 0))
        else { preconditionFailure("the profile is in range") }
        return NodeMemory(configuration)
    }
}

extension Inbox {
    /// An inbox of a node with plenty of memory.
    convenience init(
        messagesMax: Int, bytesMax: Int, quantum: Int = 262_144, overflow: ChannelOptions.Overflow
    ) {
        self.init(
            messagesMax: messagesMax, bytesMax: bytesMax, quantum: quantum, overflow: overflow,
            memory: .of())
    }
}

extension Outbox {
    /// An outbox of a node with plenty of memory.
    convenience init(messagesMax: Int, bytesMax: Int, quotas: [ChannelQuota?]) {
        self.init(
            messagesMax: messagesMax, bytesMax: bytesMax, quotas: quotas, memory: .of(),
            clock: ManualExecutor())
    }
}

extension ChannelQuota {
    /// A quota of messages alone.
    init(_ messages: Rate) {
        self.init(messages: messages, bytes: nil)
    }
}

extension OutgoingChannel {
    /// A channel whose messages go to whom `roster` knows.
    static func of(
        _ number: UInt64 = 0, messageBytesMax: Int = 1 << 20, hasQuota: Bool = false,
        roster: Roster = Roster(),
        missed: MissedMessages = MissedMessages()
    ) -> OutgoingChannel {
        OutgoingChannel(
            number: number, slot: Int(number), messageBytesMax: messageBytesMax, hasQuota: hasQuota,
            compression: .off, roster: roster, missed: missed)
    }
}
