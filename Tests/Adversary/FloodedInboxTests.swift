import Conclave
import ConclavePrimitives
import ConclaveTestNodes
import Testing

/// One peer sends more than its quota allows while others keep to theirs.
@Suite(.timeLimit(.minutes(2))) struct FloodedInboxTests {
    private static let honest = 9, messages = 500, quota = 1_000

    @Test func `nine that keep to the quota lose nothing while a tenth floods, which is held back`()
        async throws
    {
        try await withRuntime { context in
            let options = [try ChannelOptions(messagesPerSecond: Self.quota)]
            let node = try TestNode(1, context: context, options: options)
            let honest = try (0..<Self.honest).map { number in
                try TestNode(UInt8(number + 2), context: context, options: options)
            }
            // A modified sender: no quota on its side.
            let flooder = try TestNode(99, context: context)
            try await TestNode.mesh([node, flooder] + honest)
            let peer = node.peer
            context.spawn("flood", onFailure: .ignore) { [sender = flooder.sender] _ in
                var sender = sender
                let message = [UInt8](repeating: 0, count: 200)
                while !Task.isCancelled {
                    if try sender.send(message, to: .one(peer)).acceptedCount == 0 {
                        guard await sender.room(for: peer) else { return }
                    }
                }
            }
            try await eventually(in: context) {
                await node.network.snapshot().peers.contains { report in
                    report.peer == flooder.peer && report.link?.reading == .throttled
                }
            }
            for other in honest {
                context.spawn("honest") { [sender = other.sender] context in
                    var sender = sender
                    for number in 0..<Self.messages {
                        let message = [UInt8(number >> 8), UInt8(number & 0xFF)]
                        #expect(try sender.send(message, to: .one(peer)).acceptedCount == 1)
                        if number % 10 == 0 { try await context.sleep(for: .milliseconds(1)) }
                    }
                }
            }
            var heard: [PeerID: Int] = [:], flood = 0, left = Self.honest * Self.messages
            for await (sender, message) in node.receiver {
                if sender == flooder.peer {
                    flood += 1
                    continue
                }
                let next = heard[sender, default: 0]
                #expect(Array(message) == [UInt8(next >> 8), UInt8(next & 0xFF)])
                heard[sender] = next + 1
                left -= 1
                if left == 0 { break }
            }
            #expect(heard.values.allSatisfy { $0 == Self.messages } && flood > 0)
        }
    }
}
