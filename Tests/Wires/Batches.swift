package import ConclaveCryptography
package import ConclaveTransport

/// What a link of `peer` hands on when these messages come to it in one read, on channel 0.
package func batches(from peer: PublicKey, _ messages: [[UInt8]]) throws -> [Batch] {
    let tap = Wiretap()
    for message in messages { _ = tap.send(message) }
    let slabs = SlabPool(keepBytes: 1 << 20)
    var reader = RecordReader(
        peer: peer, key: OpeningKey(key: Wiretap.key), channels: ChannelTable([(0, 1 << 24)]))
    var batches: [Batch] = []
    try unsafe tap.wireBytes().withUnsafeBytes { bytes in
        try unsafe reader.received(direct: 0, shared: bytes, slabs: slabs) { incoming in
            if case .batch(let batch, _) = incoming { batches.append(batch) }
        }
    }
    return batches
}
