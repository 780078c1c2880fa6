internal import ConclaveCryptography
package import ConclaveTransport

/// The receiving half: feeds a reader as a socket would.
package final class Receiving {
    private var reader: RecordReader
    private let slabs = SlabPool(keepBytes: 1 << 20)
    package private(set) var heard: [Heard] = []

    package init(
        channels: [(number: UInt64, messageBytesMax: Int)] = [(0, 1 << 20)], counter: UInt64 = 0,
        discovery: DiscoveryMessage.Limits? = nil
    ) throws {
        reader = RecordReader(
            peer: try Wiretap.peer(), key: OpeningKey(key: Wiretap.key, counter: counter),
            channels: ChannelTable(channels), discovery: discovery)
    }

    /// The receiving half of the `native` profile.
    package init(native channels: ChannelTable, hello: NativeHello, discovery: DiscoveryMessage.Limits? = nil)
        throws
    {
        let items = ItemReader(channels: channels, ours: hello, version: 1, discovery: discovery)
        reader = RecordReader(
            peer: try Wiretap.peer(), key: OpeningKey(key: Wiretap.key), items: items)
    }

    package init(_ reader: consuming RecordReader) {
        self.reader = reader
    }

    package var pinnedBytes: Int { reader.pinnedBytes }
    package var terms: LinkTerms? { reader.terms }
    package func arrived(_ priority: Priority) -> Int? { reader.arrived(priority) }

    /// One read of `bytes`: into the reader's own room first, the rest into a shared buffer.
    package func feed(_ bytes: some Collection<UInt8>) throws(PeerFault) {
        var bytes = Array(bytes)
        let direct = unsafe min(bytes.count, reader.wanted.count)
        for index in 0..<direct { unsafe reader.wanted[index] = bytes[index] }
        bytes.removeFirst(direct)
        var news: [Heard] = []
        defer { heard += news }
        let failure = unsafe bytes.withUnsafeBytes { shared -> PeerFault? in
            do throws(PeerFault) {
                try unsafe reader.received(direct: direct, shared: shared, slabs: slabs) { incoming in
                    switch incoming {
                    case .ping: news.append(.ping)
                    case .control(let item): news.append(.control(item))
                    case .batch(let batch, _):
                        batch.withEach { message in
                            let bytes = unsafe message.withUnsafeBytes { unsafe Array($0) }
                            news.append(.message(channel: batch.channel, bytes))
                        }
                    }
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}
