public import Conclave
public import ConclaveSimulation

/// Words that make a story short.
extension Stage {
    public func anyone() -> Validator { some(1)[0] }

    /// One of `some`, which are not none.
    public func anyone(of some: [Validator]) -> Validator {
        some[Int.random(in: some.indices, using: &random)]
    }

    /// So many of the validators, in an order drawn at random.
    public func some(_ count: Int) -> [Validator] {
        Array(validators.shuffled(using: &random).prefix(count))
    }

    /// A third of the validators, but at least one.
    public var third: Int { max(1, validators.count / 3) }

    public func anyCrash() -> Crash {
        Bool.random(using: &random) ? .killed : .powerLost
    }

    /// All validators but these.
    public func others(than some: [Validator]) -> [Validator] {
        validators.filter { validator in !some.contains { $0 === validator } }
    }

    /// Nobody says anything more, and what was said arrives.
    public func silence() throws {
        for validator in running { validator.fallSilent() }
        try pass(.seconds(3))
    }

    /// Somebody else has the machine and the key of `validator` from now on, and says what it likes.
    package func capture(_ validator: Validator) throws {
        try crash(validator, .killed)
        ledger.distrust(validator.number)
        validator.node.start()
    }

    /// The captured machine is the validator's again, which may be started.
    package func free(_ validator: Validator) {
        validator.node.crash(.killed)
        ledger.trust(validator.number)
    }

    public func snapshot(of validator: Validator) throws -> NetworkSnapshot {
        guard let network = validator.network else { throw StoryFailure("\(validator.node.name) is down") }
        return try inspector.snapshot(of: validator, network)
    }

    /// Every message between these that was offered to a link that is open now is in the other's inbox. Holds
    /// after ``silence()``.
    public func requireNothingLost(among some: [Validator]) throws {
        let tallies = try some.map { validator in
            try snapshot(of: validator).links.map { ($0.peer, $0.tally) }
        }
        for (place, one) in some.enumerated() {
            for (other, theirs) in zip(some, tallies) where other !== one {
                let sent = tallies[place].first { $0.0 == other.peer }?.1
                let received = theirs.first { $0.0 == one.peer }?.1
                guard let sent, let received, sent.accepted == received.queued,
                    sent.undelivered.byReason.allSatisfy({ $0.count == 0 || $0.reason == "lane_full" })
                else {
                    throw StoryFailure("\(one.node.name) lost messages to \(other.node.name)")
                }
            }
        }
    }

    public func require(_ what: String, _ isSo: Bool) throws {
        guard isSo else { throw StoryFailure("not so: \(what)") }
    }

    /// The connections that there are, by their numbers.
    public var connections: [Int] { connections(among: validators) }

    public func connections(among some: [Validator]) -> [Int] {
        some.flatMap { one in some.flatMap { other in one.node.connections(to: other.node) } }.sorted()
    }
}
