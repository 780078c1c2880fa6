internal import Conclave
internal import ConclaveFuzzing

/// What the attacker says in a record.
enum Utterance: Sendable {
    /// Whose address record it shows.
    enum Subject: Sendable {
        case member, stranger
        /// A validator's own, of old.
        case honest(Int)
    }

    /// Where it says that somebody is.
    enum Place: Sendable, CaseIterable {
        case home, victim, nowhere, name
    }

    struct Claim: Sendable {
        let subject: Subject
        let place: Place
        let lateness: Duration
    }

    case hello(versions: ClosedRange<UInt8>, recordBytes: Int)
    case ping(UInt64), pong(UInt64), padding(Int), goodbye(GoodbyeReason)
    case greeting(Claim)
    case peers([Claim])
    /// `epochsBack` before the newest set.
    case vector(epochsBack: UInt64, count: Int, bits: UInt8)
    /// To the application, in pieces or not.
    case message(tag: UInt8, channel: UInt64, total: UInt64, body: [UInt8])
    case anything([UInt8])

    init(_ choices: inout Choices) {
        switch choices.number(below: 16) {
        case 0, 1:
            let isOdd = choices.once(in: 4)
            self = .hello(
                versions: isOdd ? 1...UInt8(choices.number(in: 1...3)) : 1...1,
                recordBytes: isOdd
                    ? choices.number(in: RecordLimit.lowest...RecordLimit.highest) : RecordLimit.highest)
        case 2: self = .ping(choices.integer())
        case 3: self = .pong(choices.integer())
        case 4: self = .padding(choices.number(below: 4_000))
        case 5: self = .goodbye(choices.element(of: GoodbyeReason.allCases))
        case 6, 7: self = .greeting(Claim(&choices))
        case 8, 9: self = .peers((0..<choices.number(below: 40) / 4).map { _ in Claim(&choices) })
        case 10:
            self = .vector(
                epochsBack: UInt64(choices.number(below: 3)), count: choices.number(below: 8),
                bits: choices.byte())
        case 11, 12, 13:
            let body =
                choices.once(in: 4)
                ? pattern(choices.number(below: 9_000), seed: choices.seed())
                : choices.bytes(atMost: choices.number(below: 60))
            let part = UInt8(choices.number(below: 12)) / 4, priority = UInt8(choices.number(in: 1...5))
            self = .message(
                tag: 0x80 | priority << 4 | (choices.once(in: 8) ? 4 : 0) | part,
                channel: choices.once(in: 16) ? choices.integer() : 0,
                total: UInt64(choices.once(in: 2) ? choices.number(below: 80_000) : body.count + 9),
                body: body)
        default: self = .anything(choices.bytes(atMost: choices.number(in: 1...30)))
        }
    }
}

extension Utterance.Claim {
    init(_ choices: inout Choices) {
        let kind = choices.byte()
        switch kind % 8 {
        case 0: subject = .stranger
        case 1, 2: subject = .honest(Int(kind) / 8 % 4)
        default: subject = .member
        }
        place = choices.element(of: Utterance.Place.allCases)
        lateness = .milliseconds((choices.number(below: 256) - 192) * 80)
    }
}
