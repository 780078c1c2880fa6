public import ConclavePeersCore
public import ConclaveTransport

/// The receiving end of a sub-channel: `for await (peer, message) in receiver`. One task reads it. Ends with
/// the multiplexer's channel.
public struct SubchannelReceiver: MessageReceiver {
    public typealias Element = (peer: PeerID, message: Message)

    let inbox: SubchannelInbox
    let base: Receiver

    public func makeAsyncIterator() -> Iterator { Iterator(inbox: inbox) }

    public func noteUndecodable(_ count: Int) { base.noteUndecodable(count) }

    public struct Iterator: AsyncIteratorProtocol {
        let inbox: SubchannelInbox

        public mutating func next() async -> Element? { await inbox.next() }
    }
}
