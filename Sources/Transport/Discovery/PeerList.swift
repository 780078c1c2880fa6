public import ConclaveCodec

/// The answer to a bit vector: records that its sender lacks.
public struct PeerList: Hashable, Sendable {
    public let records: [AddressRecord]

    public init(_ records: [AddressRecord]) {
        self.records = records
    }

    /// As many of `records`, from the front, as one answer may hold.
    package init(_ records: [AddressRecord], within limits: DiscoveryMessage.Limits) {
        // The kind and the count are before them.
        var room = limits.plaintextMax - 1 - 5
        var fitting: [AddressRecord] = []
        for record in records.prefix(Int(limits.recordsMax)) {
            room -= record.encodedBytes
            guard room >= 0 else { break }
            fitting.append(record)
        }
        self.records = fitting
    }

    /// `varint(count) ‖ records`.
    public func encode(into writer: inout Writer) {
        writer.varint(UInt64(records.count))
        for record in records { record.encode(into: &writer) }
    }

    /// - Parameter recordsMax: how many records one answer may have. Memory is taken for records that are
    ///   there, not for those announced.
    public init(from reader: inout Reader, recordsMax: UInt32) throws(DecodeError) {
        let count = try reader.varint32(limit: recordsMax)
        var records: [AddressRecord] = []
        for _ in 0..<count { records.append(try AddressRecord(from: &reader)) }
        self.records = records
    }
}
