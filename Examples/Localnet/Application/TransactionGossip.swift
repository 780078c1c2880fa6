import ConclaveChain
import ConclaveCodec
public import ConclavePeers
public import ConclavePeersCore
import ConclaveRuntime
import ConclaveTransport

/// Passes transactions on among the validators, on a channel of their own. Who takes one over HTTP tells
/// everybody; nobody passes on what it was told, because every validator is connected to every other.
public struct TransactionGossip: Sendable {
    /// Behind those of the engine.
    public static let channel: UInt64 = 32
    /// What one peer may send: a full block a second, at 35 µs a signature 36 ms of it.
    private static let messagesPerSecond = 1_024

    private let receiver: Receiver
    let sender: Sender

    public init(on network: PeerNetwork) throws(ChannelFault) {
        (sender, receiver) = try network.register(
            channel: Self.channel,
            options: ChannelOptions(backlog: 1_024, messagesPerSecond: Self.messagesPerSecond))
    }

    /// Takes what comes until the network ends.
    ///
    /// - Parameter blame: told of who passes on what its sender never signed, which no honest one does.
    public func run(
        into application: ChainApplication, blame: @Sendable (PeerID) async -> Void
    ) async {
        for await (peer, message) in receiver {
            if await application.received(Array(message)) == .unsound { await blame(peer) }
        }
    }
}

/// What was thought of a transaction that a peer passed on.
enum GossipVerdict: Sendable {
    case taken
    /// Sound, but not to be had now; perhaps it is known already.
    case refused
    case unsound
}
