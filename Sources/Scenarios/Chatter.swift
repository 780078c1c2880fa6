public import Conclave
import ConclaveSimulation

/// How validators talk while a story happens.
public struct Chatter: Sendable {
    /// Between two messages of one validator.
    public var pause: ClosedRange<Duration>
    /// Bytes of a message.
    public var sizes: ClosedRange<Int>
    /// Every so many messages one goes to a single peer; never if 0.
    public var singleEvery: UInt64
    public var priorities: [Priority]

    public init(
        pause: ClosedRange<Duration>, sizes: ClosedRange<Int>, singleEvery: UInt64, priorities: [Priority]
    ) {
        self.pause = pause
        self.sizes = sizes
        self.singleEvery = singleEvery
        self.priorities = priorities
    }

    /// Votes, blocks now and then, all priorities.
    public static let lively = Chatter(
        pause: .milliseconds(50)...(.milliseconds(350)), sizes: 32...12_000, singleEvery: 4,
        priorities: [.critical, .high, .normal, .low, .bulk])

    /// A small broadcast each 100 ms.
    public static let steady = Chatter(
        pause: .milliseconds(100)...(.milliseconds(100)), sizes: 100...100, singleEvery: 0,
        priorities: [.normal])

    /// A small vote each 100 ms.
    public static let votes = Chatter(
        pause: .milliseconds(100)...(.milliseconds(100)), sizes: 100...100, singleEvery: 0,
        priorities: [.critical])

    /// Nothing, for longer than any story lasts: what is sent is the peer layer's own.
    public static let silence = Chatter(
        pause: .seconds(1_000_000)...(.seconds(1_000_000)), sizes: 100...100, singleEvery: 0,
        priorities: [.normal])

    func speak(as validator: Validator, over sender: Sender, into ledger: Ledger) -> Child {
        let first = Speaker(validator, sender, self, ledger)
        return validator.node.context.spawn("speaker") { context in
            var speaker = first
            var random = context.entropy.generator()
            var next = context.clock.now
            while true {
                next = next.advanced(by: pause.draw(using: &random))
                try await context.sleep(until: next)
                try speaker.speak(using: &random)
            }
        }
    }
}

/// What one life of a validator says.
private struct Speaker: Sendable {
    let number: Int, life: Int
    let chatter: Chatter
    let ledger: Ledger
    var sender: Sender
    var sequences: [UInt64]
    var spoken: UInt64 = 0

    init(_ validator: Validator, _ sender: Sender, _ chatter: Chatter, _ ledger: Ledger) {
        number = validator.number
        life = validator.life
        self.sender = sender
        self.chatter = chatter
        self.ledger = ledger
        sequences = chatter.priorities.map { _ in 0 }
    }

    mutating func speak(using random: inout SplitMix64) throws {
        let choice = Int.random(in: chatter.priorities.indices, using: &random)
        sequences[choice] += 1
        spoken += 1
        let heartbeat = Heartbeat(
            speaker: number, life: life, sequence: sequences[choice], priority: chatter.priorities[choice])
        let message = heartbeat.message(size: Int.random(in: chatter.sizes, using: &random))
        let sent = try sender.send(message, to: recipients(using: &random), priority: heartbeat.priority)
        ledger.spoke(
            number, life: life, acceptedBy: sent.acceptedCount, refusedBy: sent.refused.count)
    }

    private mutating func recipients(using random: inout SplitMix64) -> Recipients {
        guard chatter.singleEvery > 0, spoken % chatter.singleEvery == 0,
            let peer = sender.connected().randomElement(using: &random)
        else { return .all }
        return .one(peer)
    }
}

extension ClosedRange<Duration> {
    /// One of the durations, in whole microseconds.
    func draw(using random: inout SplitMix64) -> Duration {
        let least = lowerBound.saturatingNanoseconds / 1_000, most = upperBound.saturatingNanoseconds / 1_000
        return .microseconds(Int64.random(in: least...most, using: &random))
    }
}
