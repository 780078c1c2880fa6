import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTransport
import Glibc
import Testing

@testable import ConclavePeers

@Suite(.timeLimit(.minutes(1))) struct PeerStoreTests {
    private func record(_ number: UInt8, at time: UInt64) throws -> AddressRecord {
        AddressRecord(
            ingress: .socket(SocketAddress(.loopback, port: 3_000)), time: WallTime(milliseconds: time),
            key: try SigningKey(seed: [UInt8](repeating: number, count: 32)),
            namespace: try Namespace("TEST"))
    }

    @Test func `what is kept is there for the next process, and what is forgotten is not`() async throws {
        let folder = Folder()
        let records = try (1...3).map { try record(UInt8($0), at: 7) }
        try await folder.opened { store in
            #expect(try await store.ownTime == nil)
            #expect(try await store.records(atMost: 10).isEmpty)
            try await store.keep(ownTime: WallTime(milliseconds: .max))
            try await store.keep(records.map { ($0.peer, $0) })
            try await store.keep([(records[1].peer, nil), (records[2].peer, try record(3, at: 8))])
        }
        try await folder.opened { store in
            #expect(try await store.ownTime == WallTime(milliseconds: .max))
            let kept = try await store.records(atMost: 10)
            #expect(Set(kept) == [records[0], try record(3, at: 8)])
            #expect(try await store.records(atMost: 1).count == 1)
        }
    }

    @Test func `what is no record is passed over, and no time is a store that cannot be used`() async throws {
        let folder = Folder()
        let storage = SystemStorage(folder: folder.path)
        let raw = try await storage.open("peers", tables: ["records", "own"])
        var batch = WriteBatch()
        let good = try record(1, at: 7)
        for (number, bytes) in [[], [1, 2, 3], good.encoded + [0], good.encoded].enumerated() {
            batch.set([UInt8(number)], to: bytes, in: "records")
        }
        batch.set([0], to: [1, 2, 3], in: "own")
        try await raw.write(batch)
        await raw.close()
        storage.close()
        try await folder.opened { store in
            let kept = try await store.records(atMost: 10)
            #expect(kept == [good])
            let failure = await #expect(throws: StorageFailure.self) { try await store.ownTime }
            #expect(failure?.cause == .corrupt)
        }
    }

    /// A folder that is gone with the test.
    private final class Folder: Sendable {
        let path: String

        init() {
            var name = Array("/tmp/conclave-peers-XXXXXX".utf8CString)
            path = unsafe name.withUnsafeMutableBufferPointer { buffer in
                unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
                    ?? ""
            }
        }

        deinit {
            for name in ["peers.sqlite", "peers.sqlite-wal", "peers.lock"] {
                _ = unsafe unlink(path + "/" + name)
            }
            _ = unsafe rmdir(path)
        }

        func opened(_ body: (PeerStore) async throws -> Void) async throws {
            let storage = SystemStorage(folder: path)
            let store = try await PeerStore(in: storage)
            try await body(store)
            await store.close()
            storage.close()
        }
    }
}
