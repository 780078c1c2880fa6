package import ConclaveArguments
package import ConclaveCodec
package import ConclaveCryptography
package import ConclavePeersCore

/// What `conclave peer` prints.
package enum PeerEvent: Sendable {
    /// It listens, and is seen over HTTP if it was told to be.
    case ready(SocketAddress, PublicKey, http: SocketAddress?)
    case connected(PublicKey, Direction)
    case disconnected(PublicKey, reason: String)
    case message(from: PublicKey, channel: UInt64, bytes: Int)
    /// The last line.
    case summary(PeerSummary)

    package var json: JSONLine {
        switch self {
        case .ready(let address, let key, let http):
            [
                "event": "ready", "address": .string("\(address)"), "publicKey": .string("\(key)"),
                "http": http.map { .string("\($0)") } ?? .null,
            ]
        case .connected(let peer, let direction):
            ["event": "connected", "peer": .string("\(peer)"), "direction": .string(direction.rawValue)]
        case .disconnected(let peer, let reason):
            ["event": "disconnected", "peer": .string("\(peer)"), "reason": .string(reason)]
        case .message(let peer, let channel, let bytes):
            [
                "event": "message", "from": .string("\(peer)"), "channel": .integer(Int(clamping: channel)),
                "bytes": .integer(bytes),
            ]
        case .summary(let summary): summary.json
        }
    }

    /// For people.
    var text: String {
        switch self {
        case .ready(let address, let key, let http):
            "listens on \(address) with key \(key)" + (http.map { ", http://\($0)" } ?? "")
        case .connected(let peer, let direction): "connected to \(peer.short)…, \(direction.rawValue)"
        case .disconnected(let peer, let reason): "disconnected from \(peer.short)…: \(reason)"
        case .message(let peer, let channel, let bytes):
            "\(bytes) bytes from \(peer.short)… on channel \(channel)"
        case .summary(let summary): summary.text
        }
    }
}

/// What a node did; the last line.
package struct PeerSummary: Hashable, Sendable {
    /// Messages taken for peers, and messages that came from them.
    var sent, received: Int
    /// Taken for a peer whose link ended before they were written, or dropped because nobody read them in
    /// time.
    var undelivered: Int
    /// Peers that were connected at the end.
    var connected: Int
    var seconds: Double

    package init(sent: Int, received: Int, undelivered: Int, connected: Int, seconds: Double) {
        self.sent = sent
        self.received = received
        self.undelivered = undelivered
        self.connected = connected
        self.seconds = seconds
    }

    var json: JSONLine {
        [
            "sent": .integer(sent), "received": .integer(received), "undelivered": .integer(undelivered),
            "connected": .integer(connected), "seconds": .number(seconds, decimals: 1),
        ]
    }

    var text: String {
        "\(sent) sent, \(received) received, \(undelivered) undelivered, \(connected) connected, "
            + "\(fixed(seconds, decimals: 1)) s"
    }
}
