public import ConclaveArguments
import ConclaveCryptography

/// Something that happened in a localnet, by the indexes of its validators.
public enum LocalnetEvent: Hashable, Sendable {
    case started(Int, process: Int32)
    /// Its process could not be started.
    case failed(Int, reason: String)
    case ready(Int, address: String, http: String?)
    case connected(Int, to: Int)
    case disconnected(Int, from: Int, reason: String)
    case ended(Int, ProcessEnd)

    /// What a validator said, if it is an event.
    init?(_ index: Int, _ line: ValidatorLine, validators: [Genesis.Validator]) {
        switch line {
        case .ready(_, _, let address, _, let http): self = .ready(index, address: address, http: http)
        case .connected(let peer):
            guard let other = validators.firstIndex(where: { $0.publicKey == peer }) else { return nil }
            self = .connected(index, to: other)
        case .disconnected(let peer, let reason):
            guard let other = validators.firstIndex(where: { $0.publicKey == peer }) else { return nil }
            self = .disconnected(index, from: other, reason: reason)
        case .status, .chain, .summary: return nil
        }
    }

    /// As `localnet --json` prints it.
    public var json: JSONLine {
        switch self {
        case .started(let index, let process):
            ["event": "started", "validator": .integer(index), "process": .integer(Int(process))]
        case .failed(let index, let reason):
            ["event": "failed", "validator": .integer(index), "reason": .string(reason)]
        case .ready(let index, let address, let http):
            [
                "event": "ready", "validator": .integer(index), "address": .string(address),
                "http": http.map { .string($0) } ?? .null,
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
        }
    }

    /// For people.
    public var text: String {
        switch self {
        case .started(let index, let process): "validator \(index) starts as process \(process)"
        case .failed(let index, let reason): "validator \(index) could not be started: \(reason)"
        case .ready(let index, let address, let http):
            "validator \(index) listens on \(address)" + (http.map { ", http://\($0)" } ?? "")
        case .connected(let index, let other): "validator \(index) is connected to \(other)"
        case .disconnected(let index, let other, let reason):
            "validator \(index) is disconnected from \(other): \(reason)"
        case .ended(let index, let end): "validator \(index) ended: \(end)"
        }
    }
}
