public import ConclaveArguments
import ConclaveChainApplication
import ConclaveConsensusCore
public import ConclaveCryptography

/// Something that happened in a localnet, by the indexes of its validators.
public enum LocalnetEvent: Hashable, Sendable {
    case started(Int, process: Int32)
    /// Its process could not be started.
    case failed(Int, reason: String)
    case ready(Int, address: String, http: String?, chain: String?)
    case connected(Int, to: Int)
    case disconnected(Int, from: Int, reason: String)
    case ended(Int, ProcessEnd)
    /// An epoch begins.
    case epoch(UInt64, joined: [Named], left: [Named])
    /// One found that another voted twice.
    case evidence(Int, against: Named, offence: String, epoch: UInt64, view: UInt64)
    case alarm(Int, reason: String)

    /// A validator, by its index if it is one of the localnet's own.
    public struct Named: Hashable, Sendable {
        let key: PublicKey
        let index: Int?

        public init(key: PublicKey, index: Int?) {
            self.key = key
            self.index = index
        }
    }

    /// What a validator said, if it is an event.
    init?(_ index: Int, _ line: ValidatorLine, validators: [Genesis.Validator]) {
        switch line {
        case .ready(_, _, let address, _, let http, let chain):
            self = .ready(index, address: address, http: http, chain: chain)
        case .connected(let peer):
            guard let other = validators.firstIndex(where: { $0.publicKey == peer }) else { return nil }
            self = .connected(index, to: other)
        case .disconnected(let peer, let reason):
            guard let other = validators.firstIndex(where: { $0.publicKey == peer }) else { return nil }
            self = .disconnected(index, from: other, reason: reason)
        case .chain(let news): self = Self.chain(index, news, validators)
        case .status, .summary: return nil
        }
    }

    private static func chain(
        _ index: Int, _ news: ChainNews, _ validators: [Genesis.Validator]
    ) -> LocalnetEvent {
        func named(_ key: PublicKey) -> Named {
            Named(key: key, index: validators.firstIndex { $0.publicKey == key })
        }
        return switch news {
        case .epoch(let epoch, let joined, let left):
            .epoch(epoch, joined: joined.map(named), left: left.map(named))
        case .evidence(let peer, let offence, let epoch, let view):
            .evidence(index, against: named(peer), offence: "\(offence)", epoch: epoch, view: view)
        case .alarm(let reason): .alarm(index, reason: reason)
        }
    }

    /// As `localnet --json` prints it.
    public var json: JSONLine {
        switch self {
        case .started(let index, let process):
            ["event": "started", "validator": .integer(index), "process": .integer(Int(process))]
        case .failed(let index, let reason):
            ["event": "failed", "validator": .integer(index), "reason": .string(reason)]
        case .ready(let index, let address, let http, let chain):
            [
                "event": "ready", "validator": .integer(index), "address": .string(address),
                "http": http.map { .string($0) } ?? .null,
                "chainHttp": chain.map { .string($0) } ?? .null,
            ]
        case .connected(let index, let other):
            ["event": "connected", "validator": .integer(index), "peer": .integer(other)]
        case .disconnected(let index, let other, let reason):
            [
                "event": "disconnected", "validator": .integer(index), "peer": .integer(other),
                "reason": .string(reason),
            ]
        case .ended(let index, let end):
            ["event": "ended", "validator": .integer(index), "reason": .string("\(end)")]
        case .epoch(let epoch, let joined, let left):
            [
                "event": "epoch", "epoch": .natural(epoch), "joined": .array(joined.map(\.json)),
                "left": .array(left.map(\.json)),
            ]
        case .evidence(let index, let other, let offence, let epoch, let view):
            [
                "event": "evidence", "validator": .integer(index), "against": other.json,
                "offence": .string(offence), "epoch": .natural(epoch), "view": .natural(view),
            ]
        case .alarm(let index, let reason):
            ["event": "alarm", "validator": .integer(index), "reason": .string(reason)]
        }
    }

    /// For people.
    public var text: String {
        switch self {
        case .started(let index, let process): "validator \(index) starts as process \(process)"
        case .failed(let index, let reason): "validator \(index) could not be started: \(reason)"
        case .ready(let index, let address, let http, let chain):
            "validator \(index) listens on \(address)" + (http.map { ", http://\($0)" } ?? "")
                + (chain.map { ", chain http://\($0)" } ?? "")
        case .connected(let index, let other): "validator \(index) is connected to \(other)"
        case .disconnected(let index, let other, let reason):
            "validator \(index) is disconnected from \(other): \(reason)"
        case .ended(let index, let end): "validator \(index) ended: \(end)"
        case .epoch(let epoch, let joined, let left):
            (["epoch \(epoch)"] + joined.map { "\($0.text) joined" } + left.map { "\($0.text) left" })
                .joined(separator: ", ")
        case .evidence(let index, let other, let offence, let epoch, let view):
            "validator \(index) has evidence against \(other.text): "
                + "\(offence) in view \(view) of epoch \(epoch)"
        case .alarm(let index, let reason): "validator \(index) alarms: \(reason)"
        }
    }
}

extension LocalnetEvent.Named {
    fileprivate var json: JSONValue { index.map { .integer($0) } ?? .string("\(key)") }
    fileprivate var text: String { index.map { "validator \($0)" } ?? "\(key.short)…" }
}
