import ConclaveCodec

/// What two hellos come to: how a connection of the `native` profile may be used.
package struct LinkTerms: Hashable, Sendable {
    /// The longest plaintext of a record, in both directions.
    package let recordBytes: Int
    /// By slot: the largest message that the peer takes, in bytes; nil where it has no such channel.
    package let messageBytesMax: [Int?]
    /// By slot: what a message may be sent and received as, beside raw.
    package let isCompressionAllowed: [Bool]

    /// - Parameters:
    ///   - version: the one in use, which the transcript vouches for.
    ///   - channels: our own, each with its slot.
    /// - Throws: ``PeerFault/versionNotOffered(_:)`` if the peer says that it does not speak what it speaks;
    ///   ``PeerFault/downgraded(from:to:)`` if both sides could speak a newer version: a dialer takes the
    ///   newest that it is configured for, so somebody has chosen for it.
    package init(
        ours: NativeHello, theirs: NativeHello, version: UInt8, channels: ChannelTable
    ) throws(PeerFault) {
        guard theirs.versions.contains(version) else { throw .versionNotOffered(version) }
        let newest = min(ours.versions.upperBound, theirs.versions.upperBound)
        guard newest <= version else { throw .downgraded(from: newest, to: version) }
        recordBytes = min(ours.recordBytes, theirs.recordBytes)
        let pairs = channels.numbers.map { (ours.channel($0), theirs.channel($0)) }
        messageBytesMax = pairs.map { $0.1.map { Int($0.messageBytesMax) } }
        isCompressionAllowed = pairs.map { ours, theirs in
            [ours, theirs].allSatisfy { $0?.flags.contains(.takesCompression) ?? false }
        }
    }
}
