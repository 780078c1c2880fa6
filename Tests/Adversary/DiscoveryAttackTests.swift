import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestNodes
import ConclaveTransport
import Glibc
import Testing

/// What peers may say of where others are, and what nobody can bring about by it.
@Suite(.timeLimit(.minutes(1))) struct DiscoveryAttackTests {
    // MARK: Greeting

    @Test func `a greeting of another, forged, from the future, or a message before it ends the link`()
        async throws
    {
        try await DiscoveryArena.run { arena in
            let steps: [DiscoveryMessage] = [
                .greeting(try arena.record(2)), .greeting(try arena.record(1)),
                .greeting(try arena.record(66, namespace: "OTHER")),
                .greeting(try arena.record(66, in: 3_600)),
                .bitVector(BitVector(index: 1, bits: Bitmap(count: 4))), .peers(PeerList([])),
            ]
            for message in steps {
                let session = try await arena.insider.session()
                try await arena.send(message, over: session)
                let isEnded = await session.intruder.isEnded()
                #expect(isEnded, "\(message)")
            }
            let session = try await arena.insider.session()
            try await session.send(session.message([1]))
            let isEnded = await session.intruder.isEnded()
            #expect(isEnded)
            // None of them was ever a connection, and none stands in the way of a good one.
            let good = try await arena.session()
            try await arena.expectOpen(good)
            try await arena.send(.greeting(arena.record(66)), over: good)
            await arena.expectEnd(of: good, .outOfTurn)
        }
    }

    // MARK: Records

    @Test func `A9 a record under another key, from the future or about the receiver ends the link`()
        async throws
    {
        try await DiscoveryArena.run { arena in
            let bytes = try arena.record(2).encoded, start = bytes.count - 64 - 32
            let stolen = try AddressRecord(
                decoding: Array(bytes[..<start]) + DiscoveryArena.key(3).publicKey.bytes
                    + Array(bytes[(start + 32)...]))
            let steps: [(AddressRecord, AddressRecordFault)] = [
                (stolen, .signature), (try arena.record(2, namespace: "OTHER"), .signature),
                (try arena.record(2, in: 3_600), .fromFuture), (try arena.record(1), .ofOurselves),
            ]
            for (record, fault) in steps {
                let session = try await arena.session()
                try await arena.send(.peers(PeerList([record])), over: session)
                await arena.expectEnd(of: session, .addressRecord(fault))
            }
            for number in [2, 3] as [UInt8] {
                let ingress = await arena.node.ingress(of: try DiscoveryArena.key(number).publicKey)
                #expect(ingress == nil)
            }
        }
    }

    @Test func `A9 an old record does not take the place of a later one`() async throws {
        try await DiscoveryArena.run { arena in
            let peer = try DiscoveryArena.key(2).publicKey
            let here = SocketAddress(.loopback, port: 10), there = SocketAddress(.loopback, port: 11)
            let session = try await arena.session()
            try await arena.send(.peers(PeerList([arena.record(2, at: here)])), over: session)
            try await arena.send(.peers(PeerList([arena.record(2, at: there, in: -60)])), over: session)
            try await arena.expectOpen(session)
            try await eventually(in: arena.context) { await arena.node.ingress(of: peer) == .socket(here) }
        }
    }

    @Test func `A10 a million records of strangers leave the directory as it was`() throws {
        let configuration = try Configuration(
            profile: .local, namespace: "TEST", maxMessageBytes: 65_536,
            listen: SocketAddress(.loopback, port: 0), mode: .discovery())
        let key = try DiscoveryArena.key(1), other = try DiscoveryArena.key(2)
        var directory = Directory(own: key.publicKey, configuration: configuration)
        _ = try directory.track(
            1, PeerSet(keys: [key.publicKey, other.publicKey]), at: Instant(nanoseconds: 0))
        let before = directory.snapshot(at: Instant(nanoseconds: 0))
        let now = WallTime(milliseconds: 1_000_000)
        // Signed by nobody: if one were looked at, it would end the link.
        let record = AddressRecord(
            ingress: .socket(SocketAddress(.loopback, port: 9)), time: now, key: other,
            namespace: try Namespace("OTHER"))
        var bytes = record.encoded
        let start = bytes.count - 64 - 32
        for number in 0..<1_000_000 as Range<UInt32> {
            for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
            let isNews = try directory.heard([AddressRecord(decoding: bytes)], at: now)
            if isNews { Issue.record("record \(number) was taken") }
        }
        #expect(directory.snapshot(at: Instant(nanoseconds: 0)) == before)
        #expect(directory.takeUnkept().isEmpty)
        #expect(directory.peersExpected(from: .loopback) == nil)
    }

    @Test func `A46 neither a stale address nor a liar's claim keeps the owner out`() async throws {
        var profile = Profile.local
        profile.dialTimeout = .seconds(300)
        try await DiscoveryArena.run(profile: profile) { arena in
            // A door behind which nobody answers: where the owner was, and where a liar sits now.
            let tarpit = try arena.context.network.listen(
                on: SocketAddress(.loopback, port: 0), executor: arena.context.executor)
            let owner = try TestNode(
                2, context: arena.context, mode: .discovery(bootstrappers: [arena.node.asBootstrapper()]))
            let session = try await arena.session()
            let stale = try arena.record(2, at: tarpit.address, in: -60)
            try await arena.send(.peers(PeerList([stale])), over: session)
            let held = try await tarpit.accept()
            // Now the node waits for the liar's half of a handshake, up to `dialTimeout`.
            try owner.network.start()
            try await owner.network.oracle.track(1, PeerSet(keys: [arena.node.peer, owner.peer]))
            #expect(await arena.event { $0.isConnection(of: owner.peer) })
            held.close()
            tarpit.close()

            // Another liar says that it is where the owner is.
            session.intruder.close()
            let liar = arena.insider.identity.key.publicKey
            #expect(await arena.event { $0.isDisconnection(of: liar) })
            let address = try #require(owner.network.address)
            let lying = try await arena.insider.session()
            try await arena.send(.greeting(arena.record(66, at: address)), over: lying)
            #expect(await arena.event { $0.isConnection(of: liar) })
            lying.intruder.close()
            #expect(await arena.event { $0.isDisconnection(of: liar) })
            try await eventually(in: arena.context) {
                await arena.node.network.snapshot().dials.contains {
                    $0.outcome != "connected" && $0.count > 2
                }
            }
            await arena.node.network.oracle.disconnect(owner.peer)
            #expect(await arena.event { $0.isDisconnection(of: owner.peer) })
            #expect(await arena.event { $0.isConnection(of: owner.peer) })
            let ingress = await arena.node.ingress(of: owner.peer)
            #expect(ingress == .socket(address))
            // Both may have dialled: what is sent on the one that goes is lost.
            var sender = arena.node.sender
            try await eventually(in: arena.context) {
                _ = try sender.send([1], to: .one(owner.peer))
                return await owner.network.snapshot().waiting > 0
            }
        }
    }

    @Test func `A52 a clock set back does not hide a new address`() async throws {
        let folder = TemporaryFolder()
        try await withRuntime { context in
            let observer = try TestNode(1, context: context, mode: .discovery())
            try observer.network.start()
            let keys = try (1...2).map { try DiscoveryArena.key($0).publicKey }
            try await observer.network.oracle.track(1, PeerSet(keys: keys))
            var addresses: [Ingress] = []
            for slow in [0, 4] as [Int64] {
                let storage = SystemStorage(folder: folder.path)
                var moved = context
                moved.clock = SlowClock(clock: context.clock, behind: .seconds(slow))
                moved.storage = storage
                let node = try TestNode(
                    2, context: moved, mode: .discovery(bootstrappers: [observer.asBootstrapper()]))
                try node.network.start()
                try await node.network.oracle.track(1, PeerSet(keys: keys))
                await node.connected(to: 1)
                let address = Ingress.socket(try #require(node.network.address))
                addresses.append(address)
                let deadline = context.clock.now.advanced(by: .seconds(10))
                while await observer.ingress(of: node.peer) != address, context.clock.now < deadline {
                    try await context.sleep(for: .milliseconds(5))
                }
                let learned = await observer.ingress(of: node.peer)
                #expect(learned == address)
                await node.network.shutdown(within: .seconds(1))
                storage.close()
            }
            #expect(addresses.count == 2 && addresses[0] != addresses[1])
        }
    }

    // MARK: Vectors

    @Test func `A18 a vector of the wrong length ends the link, once`() async throws {
        try await DiscoveryArena.run { arena in
            let session = try await arena.session()
            let wrong = DiscoveryMessage.bitVector(BitVector(index: 1, bits: Bitmap(count: 5)))
            try await arena.send(wrong, over: session)
            await arena.expectEnd(of: session, .vectorLength(given: 5, expected: 4))
            let again = try await arena.session()
            try await arena.send(wrong, over: again)
            try await arena.send(.bitVector(BitVector(index: 77, bits: Bitmap(count: 4))), over: again)
            try await arena.expectOpen(again)
        }
    }

    @Test func `A18 bits behind the last and more than a set can have end the link`() async throws {
        var profile = Profile.local
        profile.maxPeersPerSet = 100
        try await DiscoveryArena.run(profile: profile) { arena in
            let trailing: [UInt8] = [2, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0x10]
            let lying: [UInt8] = [2, 1, 0, 0, 0, 0, 0, 0, 0, 100, 0x10]
            let long = DiscoveryMessage.bitVector(BitVector(index: 1, bits: Bitmap(count: 101))).encoded
            let endless: [UInt8] = [2, 1] + [UInt8](repeating: 255, count: 8)
            let steps: [([UInt8], DecodeError)] = [
                (trailing, .trailingBits), (lying, .truncated(missing: 12)),
                (long, .aboveLimit(value: 101, limit: 100)),
                (endless, .aboveLimit(value: .max, limit: 100)),
            ]
            for (plaintext, fault) in steps {
                let session = try await arena.session()
                try await session.send(session.record(plaintext))
                await arena.expectEnd(of: session, .malformed(fault))
            }
        }
    }

    @Test func `A18 two nodes that disagree about a set do not flap`() async throws {
        try await withRuntime { context in
            var profile = Profile.local
            profile.gossipFrequency = .milliseconds(50)
            profile.peerConnectionCooldown = .milliseconds(20)
            let one = try TestNode(1, context: context, profile: profile, mode: .discovery())
            try one.network.start()
            let other = try TestNode(
                2, context: context, profile: profile,
                mode: .discovery(bootstrappers: [one.asBootstrapper()]))
            try other.network.start()
            let keys = try (1...3).map { try DiscoveryArena.key($0).publicKey }
            let events = await one.network.oracle.connections
            try await one.network.oracle.track(1, PeerSet(keys: keys))
            try await other.network.oracle.track(1, PeerSet(keys: Array(keys[..<2])))
            // Twenty rounds of gossip after each end, should one come.
            var ends = 0
            var quietSince = context.clock.now
            while quietSince.duration(to: context.clock.now) < .seconds(1), ends < 10 {
                try await context.sleep(for: .milliseconds(10))
                while let event = events.poll() {
                    if event.isDisconnection(of: other.peer) { ends += 1 }
                    quietSince = context.clock.now
                }
            }
            #expect(ends <= 2)
            try await one.deliver([1], to: other.peer)
            #expect(await other.hear(1) == [one.peer: [[1]]])
        }
    }
}

/// A time of day that is behind.
private struct SlowClock: RuntimeClock {
    let clock: any RuntimeClock
    let behind: Duration

    var now: Instant { clock.now }
    var coarseNow: Instant { clock.coarseNow }
    var wallTime: WallTime { clock.wallTime.advanced(by: .zero - behind) }
}

/// A folder for a node's peer store, gone with the test.
private final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var name = Array("/tmp/conclave-peers-XXXXXX".utf8CString)
        path = unsafe name.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) } ?? ""
        }
    }

    deinit {
        for name in ["peers.sqlite", "peers.sqlite-wal", "peers.lock"] {
            _ = unsafe unlink(path + "/" + name)
        }
        _ = unsafe rmdir(path)
    }
}
