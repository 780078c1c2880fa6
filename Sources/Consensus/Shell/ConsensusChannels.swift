internal import ConclaveConsensusCore
internal import ConclavePeers
internal import ConclavePeersCore
internal import ConclaveTransport

/// The channels that the engine speaks on, one for each class of messages, with a quota each.
struct ConsensusChannels: Sendable {
    let receivers: [(kind: MessageClass, receiver: Receiver)]
    private var senders: [Sender]

    /// Registers them, from `first` on.
    ///
    /// - Parameter validators: the most that a set may have; the quotas follow from it.
    init(on network: PeerNetwork, from first: UInt64) throws(ChannelFault) {
        var senders: [Sender] = [], receivers: [(kind: MessageClass, receiver: Receiver)] = []
        for kind in MessageClass.allCases {
            let (sender, receiver) = try network.register(
                channel: first + UInt64(kind.rawValue), options: try kind.options)
            senders.append(sender)
            receivers.append((kind, receiver))
        }
        self.senders = senders
        self.receivers = receivers
    }

    /// Offers it to everyone it is for; who has no room is told again by the machine.
    mutating func send(_ message: ConsensusMessage, to recipients: ConclavePeers.Recipients) {
        let kind = message.kind
        // Messages of a class are bounded below the network's own limit when the engine starts.
        _ = try? senders[Int(kind.rawValue)].send(
            message.encoded, to: recipients, priority: kind.urgency.priority)
    }
}

extension MessageClass {
    /// What one peer may have waiting and may send in a second: several times what an honest one does when
    /// views take a few milliseconds.
    fileprivate var options: ChannelOptions {
        get throws(ChannelFault) {
            switch self {
            case .votes, .certificates: try ChannelOptions(backlog: 4_096, messagesPerSecond: 20_000)
            case .proposals: try ChannelOptions(backlog: 256, messagesPerSecond: 5_000)
            case .asks: try ChannelOptions(backlog: 256, messagesPerSecond: 2_000)
            case .bodies: try ChannelOptions(backlog: 256, messagesPerSecond: 5_000)
            case .backfill: try ChannelOptions(backlog: 16, messagesPerSecond: 200)
            }
        }
    }
}

extension MessageClass.Urgency {
    fileprivate var priority: Priority {
        switch self {
        case .critical: .critical
        case .high: .high
        case .normal: .normal
        case .bulk: .bulk
        }
    }
}
