import Conclave
import ConclavePrimitives
import ConclaveTestNodes
import Testing

/// What peers that are connected may cost in memory and work.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FloodAttackTests {
    /// Neither what is accounted nor what the process has grown by is above what was stated, at any time.
    private func expectBounded(_ figures: [Figures]) {
        for figure in figures {
            #expect(figure.held <= figure.boundQueues)
            #expect(figure.leased <= figure.boundBudget)
            #expect(figure.residentGrowth <= figure.boundTotal)
        }
    }

    @Test func `A11 one-byte messages of a hundred peers on every channel stay under the stated sum`()
        async throws
    {
        try await withRuntime { context in
            let crowd = try await Crowd(
                100, budget: 4 << 20, maxMessageBytes: 1 << 16, channels: 4, deed: "hear", in: context)
            for session in crowd.sessions {
                var flood: [UInt8] = []
                for number in 0..<1_000 { flood += try session.message([1], channel: UInt64(number % 4)) }
                try await session.send(flood)
            }
            let figures = try await crowd.figures { $0.received == 100_000 }
            expectBounded(figures)
            let last = try #require(figures.first)
            #expect(last.links == 100 && last.overBudget > 0)
            #expect(last.waiting + last.overBudget == 100_000)
        }
    }

    @Test func `A29 echoes of two mebibytes that nobody reads stay within the budget`() async throws {
        try await withRuntime { context in
            let crowd = try await Crowd(
                4, budget: 8 << 20, maxMessageBytes: 2 << 20, channels: 1, deed: "echo", in: context)
            // How much the kernel takes before it is felt depends on the machine.
            var asked = 0, isRefused = false
            while !isRefused {
                for session in crowd.sessions { try await session.send(session.message([1])) }
                asked += crowd.sessions.count
                let figures = try await crowd.figures { $0.delivered == asked }
                expectBounded(figures)
                isRefused = figures.first.map { $0.overBudget > 0 } ?? false
            }
        }
    }

    @Test func `A17 empty messages take the turns that their frames cost, not those of their bytes`()
        async throws
    {
        let channels = [try ChannelOptions(backlog: 1 << 20), try ChannelOptions()]
        try await Arena.run(channels: channels, maxMessageBytes: 1_000) { arena in
            let session = try await arena.session()
            for _ in 0..<120 {
                var flood: [UInt8] = []
                for _ in 0..<500 { flood += try session.message([]) }
                try await session.send(flood)
            }
            try await eventually(in: arena.context) {
                await arena.node.network.snapshot().total.received == 60_000
            }
            try await arena.honest.deliver([7], to: arena.node.peer)
            try await eventually(in: arena.context) { await arena.node.network.snapshot().waiting == 60_001 }
            var served = 0, isHeard = false
            for await turn in arena.node.receiver.batches {
                for batch in turn where !isHeard {
                    if batch.peer == arena.honest.peer { isHeard = true } else { served += batch.count }
                }
                if isHeard { break }
            }
            #expect(served < 40_000)
        }
    }

    @Test func `A21 who floods a peer that never reads waits for room, and does not try again and again`()
        async throws
    {
        var profile = Profile.local
        profile.outboxBytes = 1 << 20
        try await Arena.run(profile: profile) { arena in
            let session = try await arena.session()
            let insider = arena.insider.identity.key.publicKey
            let attempts = Lock(0), refusals = Lock(0), first = arena.node.sender
            let flood = arena.context.spawn("flood", onFailure: .ignore) { _ in
                var sender = first
                let page = [UInt8](repeating: 1, count: 60_000)
                while !Task.isCancelled, refusals.withLock({ $0 < 20_000 }) {
                    attempts.withLock { $0 += 1 }
                    if try sender.send(page, to: .one(insider)).acceptedCount == 0 {
                        refusals.withLock { $0 += 1 }
                        guard await sender.room(for: insider) else { return }
                    }
                }
            }
            var before = -1
            try await eventually(in: arena.context) {
                let now = attempts.withLock { $0 }
                defer { before = now }
                try await arena.expectHonestLinkUnharmed()
                return now == before && refusals.withLock { $0 > 0 }
            }
            for _ in 0..<20 { try await arena.expectHonestLinkUnharmed() }
            #expect(attempts.withLock { $0 } <= before + 40)
            // Each time that there was room, half an outbox was taken before the next refusal.
            #expect(refusals.withLock { $0 } <= before / 2)
            flood.cancel()
            withExtendedLifetime(session) {}
        }
    }
}
