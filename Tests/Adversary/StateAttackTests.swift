import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTestNodes
import ConclaveTransport
import Testing

/// Every frame in every state of a connection. A frame that is fine in its place must end the connection in
/// any other.
@Suite(.timeLimit(.minutes(1))) struct StateAttackTests {
    enum State: CaseIterable { case new, named, shaken, open }

    enum Frame: CaseIterable { case hello, syn, synAck, ack, message, ping, unknown, empty, endless }

    /// The one frame that leads on, or those that may come.
    static let expected: [State: Set<Frame>] = [
        .new: [.hello], .named: [.syn], .shaken: [.ack], .open: [.message, .ping],
    ]

    @Test(arguments: State.allCases)
    func `A31 every frame that is out of turn ends the connection`(state: State) async throws {
        try await Arena.run { arena in
            var closed: UInt64 = 0
            for frame in Frame.allCases where Self.expected[state]?.contains(frame) != true {
                let connection = try await Self.connection(in: state, arena)
                try await connection.intruder.send(connection.bytes(of: frame))
                let isEnded = await connection.intruder.isEnded()
                #expect(isEnded, "\(frame) in \(state)")
                closed += 1
                if state == .open {
                    let insider = arena.insider.identity.key.publicKey
                    #expect(try await arena.nextEvent().isDisconnection(of: insider), "\(frame)")
                } else {
                    try await eventually(in: arena.context) {
                        await arena.refusals().values.reduce(0, +) >= closed
                    }
                }
            }
            if state == .open { #expect(await arena.refusals().isEmpty) }
        }
    }

    /// Long walks: good frames of an open link in any order and number, then one that is not.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func `A31 after any walk through the states the first frame out of turn ends it`(seed: UInt64)
        async throws
    {
        try await Arena.run { arena in
            var random = SplitMix64(seed: seed)
            for _ in 0..<12 {
                let state = State.allCases[Int.random(in: 0..<4, using: &random)]
                let connection = try await Self.connection(in: state, arena)
                if state == .open {
                    for _ in 0..<Int.random(in: 0...40, using: &random) {
                        let good: Frame = Bool.random(using: &random) ? .message : .ping
                        // Pings are read more slowly than they come: few of them.
                        if good == .ping, Int.random(in: 0..<20, using: &random) > 0 { continue }
                        try await connection.intruder.send(connection.bytes(of: good))
                    }
                }
                let bad = Frame.allCases.filter { Self.expected[state]?.contains($0) != true }
                let frame = bad[Int.random(in: 0..<bad.count, using: &random)]
                // The link may be gone before all of it is written.
                try? await connection.intruder.send(connection.bytes(of: frame))
                let isEnded = await connection.intruder.isEnded()
                #expect(isEnded, "\(frame) in \(state)")
                let insider = arena.insider.identity.key.publicKey
                if state == .open { #expect(try await arena.nextEvent().isDisconnection(of: insider)) }
            }
        }
    }

    // MARK: Connections

    /// A connection in some state, and what it can say there.
    private struct Connection {
        let intruder: Intruder
        let opening: [UInt8]
        var ack: [UInt8] = []
        var session: Session?

        func bytes(of frame: Frame) throws -> [UInt8] {
            switch frame {
            case .hello: Array(opening.prefix(ListenerHandshake.helloBytes))
            case .syn: Array(opening.dropFirst(ListenerHandshake.helloBytes))
            case .synAck: [0x88, 0x01] + [UInt8](repeating: 7, count: 136)
            case .ack: ack.isEmpty ? [0x20] + [UInt8](repeating: 7, count: 32) : ack
            case .message: try session?.message([1]) ?? [20] + [UInt8](repeating: 7, count: 20)
            case .ping: try session?.record([1]) ?? [17] + [UInt8](repeating: 7, count: 17)
            case .unknown: try session?.record([2]) ?? [17] + [UInt8](repeating: 9, count: 17)
            case .empty: [0]
            case .endless: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
            }
        }
    }

    private static func connection(in state: State, _ arena: Arena) async throws -> Connection {
        switch state {
        case .new: return Connection(intruder: try await arena.insider.connect(), opening: try opening(arena))
        case .named:
            let connection = Connection(
                intruder: try await arena.insider.connect(), opening: try opening(arena))
            try await connection.intruder.send(connection.bytes(of: .hello))
            return connection
        case .shaken:
            let session = try await arena.insider.unfinished()
            // Another session's Ack, which is none here.
            return Connection(intruder: session.intruder, opening: try opening(arena))
        case .open:
            let session = try await arena.session()
            return Connection(intruder: session.intruder, opening: try opening(arena), session: session)
        }
    }

    private static func opening(_ arena: Arena) throws -> [UInt8] { try arena.insider.dial().output }
}
