import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import ConclaveTransport
import Testing

/// The directory in discovery: whose records it believes and keeps, and whom it dials where. Ours is key 1;
/// keys 2 to 5 are primary, key 6 is secondary, key 9 is a bootstrapper, all others are strangers.
@Suite struct DiscoveredAddressesTests {
    @Test func `a record is taken of whom we track, if it is later than the one we have`() throws {
        var directory = try tracking()
        let steps: [(AddressRecord, isNews: Bool)] = [
            (try record(2, at: 1_000), true), (try record(2, at: 1_000), false),
            (try record(2, at: 999, port: 9), false), (try record(2, at: 1_001, port: 9), true),
            (try record(6, at: 5), true), (try record(9, at: 5), true),
            (try record(7, at: 5_000), false),
        ]
        for (record, isNews) in steps {
            let wasNews = try directory.heard([record], at: wall(1_000))
            #expect(wasNews == isNews, "\(record)")
        }
        #expect(directory.ingress(of: try id(2)) == ingress(2, port: 9))
        #expect(directory.ingress(of: try id(7)) == nil)
    }

    @Test func `an address counts as replaced when it is another, not when it is told again or first`() throws
    {
        var directory = try tracking()
        let steps: [(AddressRecord, UInt64)] = [
            (try record(2, at: 1), 0), (try record(2, at: 2), 0), (try record(2, at: 3, port: 9), 1),
            (try record(2, at: 1), 1), (try record(7, at: 1, port: 9), 1), (try record(9, at: 1), 1),
            (try record(9, at: 2, port: 7), 2),
        ]
        for (record, count) in steps {
            _ = try directory.heard([record], at: wall(1_000))
            #expect(directory.addressUpdates == count, "\(record)")
        }
    }

    @Test func `a record from too far ahead, of ourselves or with a false signature ends the link`() throws {
        var directory = try tracking()
        let steps: [(AddressRecord, AddressRecordFault?)] = [
            (try record(2, at: 6_000), nil), (try record(3, at: 6_001), .fromFuture),
            (try record(1, at: 1), .ofOurselves), (try record(4, at: 1, namespace: "OTHER"), .signature),
            (try republished(try record(2, at: 7), under: 5), .signature),
        ]
        for (record, fault) in steps {
            do throws(PeerFault) {
                #expect(try directory.heard([record], at: wall(1_000)))
                #expect(fault == nil)
            } catch {
                #expect(error == fault.map { .addressRecord($0) })
                #expect(directory.ingress(of: record.peer) == nil)
            }
        }
    }

    @Test func `records before a false one count, those behind it do not`() throws {
        var directory = try tracking()
        let list = [try record(2, at: 1), try record(3, at: 1, namespace: "OTHER"), try record(4, at: 1)]
        #expect(throws: PeerFault.addressRecord(.signature)) { try directory.heard(list, at: wall(1_000)) }
        #expect(directory.ingress(of: try id(2)) != nil)
        #expect(directory.ingress(of: try id(4)) == nil)
    }

    @Test func `what nobody asked for is not examined`() throws {
        var directory = try tracking()
        _ = try directory.heard([record(2, at: 1_000)], at: wall(1_000))
        // Each would end the link if its signature were looked at.
        let list = [
            try record(7, at: 1, namespace: "OTHER"), try record(2, at: 999, namespace: "OTHER"),
            try record(2, at: 1_000, namespace: "OTHER"), try record(7, at: 1 << 40),
        ]
        #expect(!(try directory.heard(list, at: wall(1_000))))
    }

    @Test func `a bootstrapper is authorised and dialled although no set holds it`() throws {
        var directory = try directory()
        let bootstrapper = try id(9)
        #expect(directory.isAuthorised(bootstrapper, at: at(0)))
        #expect(directory.isDialable(bootstrapper, at: at(0)) && directory.dialable == [bootstrapper])
        #expect(directory.ingress(of: bootstrapper) == ingress(9))
        #expect(directory.role(of: bootstrapper) == .bootstrapper && directory.tracked == [])
        _ = try directory.track(1, PeerSet(keys: [try id(2)]), at: at(0))
        let change = try directory.track(2, PeerSet(keys: []), at: at(0))
        #expect(change == .nothing && directory.isAuthorised(bootstrapper, at: at(0)))
        #expect(
            directory.snapshot(at: at(0)).map(\.role)
                == [try id(2), bootstrapper].sorted().map { $0 == bootstrapper ? .bootstrapper : .primary })
        _ = directory.block(bootstrapper, for: .seconds(60), at: at(0))
        #expect(!directory.isAuthorised(bootstrapper, at: at(0)))
    }

    @Test func `a secondary peer is accepted, but not dialled although its address is known`() throws {
        var directory = try tracking()
        _ = try directory.heard([record(6, at: 1), record(2, at: 1)], at: wall(1_000))
        #expect(directory.accepts(try id(6), from: ip(200), at: at(0)))
        #expect(!directory.isDialable(try id(6), at: at(0)))
        #expect(directory.isDialable(try id(2), at: at(0)))
        #expect(!directory.isDialable(try id(3), at: at(0)))
    }

    @Test func `a peer may come from anywhere, and where it says it is it has an allowance of its own`()
        throws
    {
        var directory = try tracking()
        #expect(directory.accepts(try id(2), from: ip(77), at: at(0)))
        #expect(!directory.accepts(try id(7), from: ip(77), at: at(0)))
        #expect(directory.peersExpected(from: ip(2)) == nil)
        _ = try directory.heard([record(2, at: 1)], at: wall(1_000))
        #expect(directory.peersExpected(from: ip(2)) == 1)
        _ = try directory.track(2, PeerSet(keys: []), at: at(0))
        _ = try directory.track(3, PeerSet(keys: []), at: at(0))
        #expect(directory.peersExpected(from: ip(2)) == nil)
        #expect(directory.ingress(of: try id(2)) == nil)
    }

    @Test func `dials that fail ask for news, one that does not or a later record ends that`() throws {
        var directory = try tracking()
        let peer = try id(2)
        _ = try directory.heard([record(2, at: 1)], at: wall(1_000))
        #expect(try knows(2, directory))
        directory.dialed(peer, at: ingress(2), .failed)
        #expect(try knows(2, directory))
        directory.dialed(peer, at: ingress(2), .failed)
        #expect(!(try knows(2, directory)))
        #expect(directory.isDialable(peer, at: at(0)), "it may still come back there")
        directory.dialed(peer, at: ingress(2), .reached)
        #expect(try knows(2, directory))
        for _ in 0..<5 { directory.dialed(peer, at: ingress(2), .failed) }
        _ = try directory.heard([record(2, at: 2, port: 7)], at: wall(1_000))
        #expect(try knows(2, directory))
        for _ in 0..<5 { directory.dialed(peer, at: ingress(2), .failed) }
        #expect(try knows(2, directory), "those dials were to where it no longer is")
    }

    @Test func `a bootstrapper whose record leads nowhere is tried at either address by turns`() throws {
        var directory = try tracking()
        let peer = try id(9), old = ingress(9, port: 4), given = ingress(9)
        _ = try directory.heard([record(9, at: 1, port: 4)], at: wall(1_000))
        var tried: [Ingress] = []
        for _ in 0..<6 {
            let ingress = try #require(directory.ingress(of: peer))
            tried.append(ingress)
            directory.dialed(peer, at: ingress, .failed)
        }
        #expect(tried == [old, old, given, given, old, old])
    }

    // MARK: What outlives the process

    @Test func `what an earlier process kept counts for who is tracked, once its signature is verified`()
        throws
    {
        var directory = try directory()
        directory.remember([
            try record(2, at: 1), try record(3, at: 1, namespace: "OTHER"), try record(9, at: 1, port: 8),
            try record(1, at: 1),
        ])
        #expect(directory.ingress(of: try id(9)) == ingress(9, port: 8))
        #expect(directory.ingress(of: try id(2)) == nil)
        _ = try directory.track(1, PeerSet(keys: [try id(1), try id(2), try id(3)]), at: at(0))
        #expect(directory.ingress(of: try id(2)) == ingress(2))
        #expect(directory.ingress(of: try id(3)) == nil)
        #expect(try directory.heard([record(2, at: 2, port: 7)], at: wall(1_000)))
    }

    @Test func `who is in none of as many sets as are tracked is forgotten on the disk too`() throws {
        var directory = try directory()
        directory.remember([try record(2, at: 1), try record(4, at: 1)])
        _ = try directory.track(1, PeerSet(keys: []), at: at(0))
        #expect(directory.takeUnkept().isEmpty)
        _ = try directory.track(2, PeerSet(keys: [try id(2)]), at: at(0))
        let changes = directory.takeUnkept()
        #expect(Set(changes.map(\.peer)) == [try id(2), try id(4)])
        let left = try id(4)
        for change in changes { #expect((change.record == nil) == (change.peer == left)) }
        #expect(directory.takeUnkept().isEmpty)
    }

    @Test func `what changes is told the store once, the last state of each peer, in order of the keys`()
        throws
    {
        var directory = try tracking()
        _ = try directory.heard([record(3, at: 1), record(2, at: 1), record(3, at: 2)], at: wall(1_000))
        let changes = directory.takeUnkept()
        #expect(changes.map(\.peer) == [try id(2), try id(3)].sorted())
        #expect(Set(changes.compactMap { $0.record?.time }) == [wall(1), wall(2)])
        _ = try directory.track(2, PeerSet(keys: [try id(3)]), at: at(0))
        _ = try directory.track(3, PeerSet(keys: [try id(3)]), at: at(0))
        let dropped = directory.takeUnkept()
        #expect(dropped.map(\.peer) == [try id(2)] && dropped.first?.record == nil)
    }

    @Test func `without a store nothing is collected for one`() throws {
        var directory = try tracking()
        directory.stopKeeping()
        _ = try directory.heard([record(2, at: 1)], at: wall(1_000))
        #expect(directory.takeUnkept().isEmpty)
    }

    // MARK: Fixtures

    private func id(_ number: UInt8) throws -> PeerID { try signingKey(number).publicKey }

    private func ingress(_ number: Int, port: UInt16 = 3_000) -> Ingress {
        .socket(SocketAddress(ip(number), port: port))
    }

    private func directory() throws -> Directory {
        var profile = Profile.production
        profile.trackedPeerSets = 2
        let bootstrapper = Bootstrapper(try id(9), at: ingress(9))
        let mode = Mode.discovery(bootstrappers: [bootstrapper, Bootstrapper(try id(1), at: ingress(1))])
        return Directory(own: try id(1), configuration: try configuration(profile, mode: mode))
    }

    private func tracking() throws -> Directory {
        var directory = try directory()
        let keys = try (1...5).map { try id($0) }
        _ = try directory.track(1, PeerSet(keys: keys, secondary: [try id(6)]), at: at(0))
        return directory
    }

    /// Whether the bit of a peer says that we need no news of it.
    private func knows(_ number: UInt8, _ directory: Directory) throws -> Bool {
        var random = SplitMix64(seed: 1)
        let vector = directory.vector(for: try id(5), connected: { _ in false }, using: &random)
        let set = try #require(directory.peerSet(vector.index))
        let place = try #require(set.primary.firstIndex { $0.peer == (try? id(number)) })
        return vector.bits[place]
    }

    /// Another's record with a new name on it.
    private func republished(_ record: AddressRecord, under number: UInt8) throws -> AddressRecord {
        let bytes = record.encoded
        let start = bytes.count - 64 - 32
        return try AddressRecord(
            decoding: Array(bytes[..<start]) + id(number).bytes + Array(bytes[(start + 32)...]))
    }
}
