import ConclaveChainApplication
import ConclaveCodec
import ConclaveConsensusCore
import ConclaveCryptography
import ConclavePeersCore
import FoundationEssentials

extension ValidatorLine {
    /// Reads a line that a validator printed; nil for anything else.
    public init?(reading line: [UInt8]) {
        guard let raw = try? JSONDecoder().decode(RawLine.self, from: Data(line)), let read = raw.line else {
            return nil
        }
        self = read
    }
}

/// The keys of all lines together; which of them must be there depends on the event.
private struct RawLine: Decodable {
    var event: String?
    var index: Int?
    var peer, address, http, chainHttp, reason: String?
    var incarnation, height: UInt64?
    var seconds: Double?
    var connected, sent, received, refused: Int?
    var quiet: Bool?
    var peers: [RawPeer]?
    var chain: RawChainStatus?
    var epoch, view: UInt64?
    var joined, left: [String]?
    var offence: UInt8?

    struct RawPeer: Decodable {
        var peer: String
        var connected: Bool
        var incarnation: UInt64?
        var accepted, heard, missing: Int
        var roundTripMicroseconds: Int?
    }

    var line: ValidatorLine? {
        switch event {
        case "ready":
            guard let address, let incarnation, let id = peer.flatMap(PeerID.init(hex:)) else {
                return nil
            }
            return .ready(
                index: index, peer: id, address: address, incarnation: incarnation, http: http,
                chain: chainHttp)
        case "connected": return peer.flatMap(PeerID.init(hex:)).map { .connected($0) }
        case "disconnected":
            guard let reason, let id = peer.flatMap(PeerID.init(hex:)) else { return nil }
            return .disconnected(id, reason: reason)
        case "status": return status.map { .status($0) }
        case "epoch", "evidence", "alarm": return news.map { .chain($0) }
        case nil:
            guard let height, let connected, let sent, let received, let refused, let seconds else {
                return nil
            }
            return .summary(
                ValidatorSummary(
                    height: height, connected: connected, sent: sent, received: received, refused: refused,
                    seconds: seconds))
        default: return nil
        }
    }

    private var news: ChainNews? {
        switch event {
        case "epoch":
            guard let epoch, let joined, let left else { return nil }
            return .epoch(
                epoch, joined: joined.compactMap(PeerID.init(hex:)), left: left.compactMap(PeerID.init(hex:)))
        case "evidence":
            guard let epoch, let view, let id = peer.flatMap(PeerID.init(hex:)),
                let offence = offence.flatMap(Evidence.Offence.init(rawValue:))
            else { return nil }
            return .evidence(of: id, offence, epoch: epoch, view: view)
        case "alarm": return reason.map { .alarm($0) }
        default: return nil
        }
    }

    private var status: ValidatorStatus? {
        guard let seconds, let chain, let sent, let received, let refused, let quiet, let peers else {
            return nil
        }
        return ValidatorStatus(
            seconds: seconds, chain: chain.status, sent: sent, received: received, refused: refused,
            isQuiet: quiet, peers: peers.compactMap(\.figures))
    }
}

extension RawLine.RawPeer {
    fileprivate var figures: PeerFigures? {
        PeerID(hex: peer).map {
            PeerFigures(
                peer: $0, isConnected: connected, incarnation: incarnation, accepted: accepted, heard: heard,
                missing: missing, roundTripMicroseconds: roundTripMicroseconds)
        }
    }
}

extension PublicKey {
    /// The key that 64 hexadecimal digits spell.
    init?(hex: String) {
        guard let bytes = Hex.bytes(hex) else { return nil }
        self.init(bytes)
    }
}
