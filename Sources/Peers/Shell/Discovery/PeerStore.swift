import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// What a node in discovery keeps: the address records of its peers, under their keys, and the time of its
/// own.
struct PeerStore: Sendable {
    private static let recordsTable: StorageName = "records"
    private static let ownTable: StorageName = "own"
    private static let timeKey: [UInt8] = [0]
    /// Changes that are written at once: at most 1.8 MiB with the longest names.
    private static let batchMax = 4_096

    private let store: any Store

    init(in storage: any Storage) async throws(StorageFailure) {
        store = try await storage.open("peers", tables: [Self.recordsTable, Self.ownTable])
    }

    /// The time of the last record that we signed.
    var ownTime: WallTime? {
        get async throws(StorageFailure) {
            guard let bytes = try await store.value(of: Self.timeKey, in: Self.ownTable) else { return nil }
            var reader = unsafe Reader(bytes.span.bytes)
            guard let time = try? reader.integer(UInt64.self) else {
                throw StorageFailure(store.name, .corrupt)
            }
            return WallTime(milliseconds: time)
        }
    }

    /// What is not a record is passed over: it is found anew from peers.
    func records(atMost most: Int) async throws(StorageFailure) -> [AddressRecord] {
        try await store.entries(in: Self.recordsTable, limit: most).compactMap { entry in
            var reader = unsafe Reader(entry.value.span.bytes)
            guard let record = try? AddressRecord(from: &reader), reader.remaining == 0 else { return nil }
            return record
        }
    }

    /// Returns when it is on the disk: only then the record may be shown to anybody.
    func keep(ownTime time: WallTime) async throws(StorageFailure) {
        var writer = Writer()
        writer.integer(time.milliseconds)
        var batch = WriteBatch()
        batch.set(Self.timeKey, to: writer.bytes, in: Self.ownTable)
        try await store.write(batch)
    }

    func keep(_ changes: [(peer: PeerID, record: AddressRecord?)]) async throws(StorageFailure) {
        var rest = changes[...]
        while !rest.isEmpty {
            var batch = WriteBatch()
            for (peer, record) in rest.prefix(Self.batchMax) {
                if let record {
                    var writer = Writer()
                    record.encode(into: &writer)
                    batch.set(peer.bytes, to: writer.bytes, in: Self.recordsTable)
                } else {
                    batch.remove(peer.bytes, in: Self.recordsTable)
                }
            }
            try await store.write(batch)
            rest = rest.dropFirst(Self.batchMax)
        }
    }

    func close() async { await store.close() }
}
