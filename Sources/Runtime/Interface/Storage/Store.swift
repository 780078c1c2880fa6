/// Tables of byte keys in ascending order, each with a byte value. Dropping the last reference closes it.
///
/// The order of keys is that of their bytes, unsigned, a shorter key before those that it begins.
public protocol Store: AnyObject, Sendable {
    var name: StorageName { get }

    /// Applies all of `batch`, or nothing. When it returns, the batch and all that were passed before it
    /// survive a power cut. Batches apply in the order of the calls; those that wait share one sync.
    ///
    /// A failure of the disk is final: what was passed later fails with it, until the store is closed and
    /// opened again, so that no batch is ever kept without those before it. What of the failed batches is
    /// there then is a prefix of them, perhaps none. A batch refused as `overloaded` or `tooLarge` was not
    /// taken at all, and others go on.
    ///
    /// A cancelled task waits on, because only the outcome says what is on the disk.
    func write(_ batch: WriteBatch) async throws(StorageFailure)

    /// The entries of `table` whose keys are in `keys`, at most `limit` of them, from the first in `order`.
    /// Sees every batch that was passed before the call, and nothing that a power cut could still take back.
    func entries(
        in table: StorageName, _ keys: KeyRange, limit: Int, order: KeyOrder
    ) async throws(StorageFailure) -> [StoredEntry]

    /// Waits until everything that was passed has been kept, then lets the store go. What is called
    /// afterwards fails as ``StorageFailure/Cause/closed``. Closing twice is no mistake.
    func close() async
}

extension Store {
    /// Like ``entries(in:_:limit:order:)``, in ascending order.
    public func entries(
        in table: StorageName, _ keys: KeyRange = .all, limit: Int
    ) async throws(StorageFailure) -> [StoredEntry] {
        try await entries(in: table, keys, limit: limit, order: .ascending)
    }

    /// What `table` has under `key`.
    public func value(of key: [UInt8], in table: StorageName) async throws(StorageFailure) -> [UInt8]? {
        try await entries(in: table, .only(key), limit: 1, order: .ascending).first?.value
    }
}

/// Which end of a range is read first.
public enum KeyOrder: Hashable, Sendable {
    case ascending, descending
}

/// A key and what is kept under it.
public struct StoredEntry: Hashable, Sendable {
    public let key: [UInt8]
    public let value: [UInt8]

    public init(key: [UInt8], value: [UInt8]) {
        self.key = key
        self.value = value
    }
}
