internal import Conclave
internal import ConclaveFuzzing

/// One connection of the attacker, from its first byte to its last.
struct Intrusion: Sendable {
    enum Caller: Sendable, CaseIterable {
        /// Whose key it has.
        case member
        /// Somebody in no set.
        case stranger
    }

    /// What becomes of one flight of the handshake.
    enum Spoiling: Sendable {
        case none
        case flipped(bit: Int)
        case cut(bytes: Int)
    }

    enum Move: Sendable {
        case pause(Duration)
        /// Bytes as they are, outside of any record.
        case unsealed([UInt8])
        /// A record of these, with one of its bits flipped before it is sealed.
        case record([Utterance], flippedBit: Int?)
        /// The frame before, once more.
        case again
    }

    let caller: Caller
    let victim: Int
    let profile: WireProfile
    /// How far its time of day is from its clock.
    let lateness: Duration
    let spoilings: [Spoiling]
    let moves: [Move]
    /// How long it holds the connection when it has said everything.
    let patience: Duration

    init(_ choices: inout Choices, victims: Int) {
        let kind = choices.byte()
        caller = kind % 8 == 7 ? .stranger : .member
        victim = choices.number(below: victims)
        profile = choices.element(of: [.native(version: 1), .native(version: 1), .commonware])
        lateness = kind / 8 % 4 == 3 ? .milliseconds(choices.number(below: 16_000) - 11_000) : .zero
        spoilings = kind / 32 % 8 == 7 ? [Spoiling(&choices), Spoiling(&choices)] : [.none, .none]
        var moves: [Move] = []
        for _ in 0..<choices.number(below: 12) where !choices.isEmpty { moves.append(Move(&choices)) }
        self.moves = moves
        patience = .milliseconds(40 * choices.number(below: 128))
    }
}

extension Intrusion.Spoiling {
    init(_ choices: inout Choices) {
        switch choices.number(below: 3) {
        case 0: self = .none
        case 1: self = .flipped(bit: Int(choices.integer(UInt16.self)))
        default: self = .cut(bytes: choices.number(in: 1...200))
        }
    }

    func spoiling(_ flight: [UInt8]) -> [UInt8] {
        switch self {
        case .none: return flight
        case .flipped(let bit): return flight.flipping(bit)
        case .cut(let bytes): return Array(flight.dropLast(bytes))
        }
    }
}

extension Intrusion.Move {
    init(_ choices: inout Choices) {
        switch choices.number(below: 16) {
        case 0: self = .pause(.milliseconds(8 * choices.number(in: 1...250)))
        case 1: self = .unsealed(choices.bytes(atMost: choices.number(in: 1...40)))
        case 2: self = .again
        case 3:
            self = .record(Self.utterances(&choices), flippedBit: Int(choices.integer(UInt16.self)))
        default: self = .record(Self.utterances(&choices), flippedBit: nil)
        }
    }

    private static func utterances(_ choices: inout Choices) -> [Utterance] {
        (0..<choices.number(in: 1...3)).map { _ in Utterance(&choices) }
    }
}

extension [UInt8] {
    func flipping(_ bit: Int) -> [UInt8] {
        guard !isEmpty else { return self }
        var bytes = self
        bytes[bit / 8 % count] ^= 1 << UInt8(bit % 8)
        return bytes
    }
}
