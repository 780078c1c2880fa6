public import ConclaveCodec
public import ConclavePeersCore
import ConclaveTransport

/// A channel's messages as values of one type: `for await (peer, vote) in receiver`. One task reads it.
///
/// A message that is not the whole encoding of one value is not delivered. It is counted as undecodable, and
/// its sender meets the ``Consequence`` that was stated.
public struct TypedReceiver<Value: WireValue, Base: MessageReceiver>: AsyncSequence, Sendable {
    public typealias Element = (peer: PeerID, value: Value)

    private let base: Base
    private let undecodable: Consequence

    public init(_ base: Base, undecodable: Consequence) {
        self.base = base
        self.undecodable = undecodable
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(base.makeAsyncIterator(), of: base, undecodable)
    }

    public struct Iterator: AsyncIteratorProtocol {
        private var messages: Base.AsyncIterator
        private let base: Base
        private let undecodable: Consequence

        init(_ messages: Base.AsyncIterator, of base: Base, _ undecodable: Consequence) {
            self.messages = messages
            self.base = base
            self.undecodable = undecodable
        }

        public mutating func next() async -> Element? {
            while let (peer, message) = await messages.next(isolation: #isolation) {
                if let value = Self.value(of: message) { return (peer, value) }
                base.noteUndecodable(1)
                await undecodable.befall(peer)
            }
            return nil
        }

        private static func value(of message: Message) -> Value? {
            message.withBytes { bytes in
                var reader = Reader(bytes)
                guard let value = try? Value(from: &reader), reader.remaining == 0 else { return nil }
                return value
            }
        }
    }
}
