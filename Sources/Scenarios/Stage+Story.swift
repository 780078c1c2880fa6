public import ConclaveSimulation

/// Words that make a story short.
extension Stage {
    public func anyone() -> Validator { some(1)[0] }

    /// So many of the validators, in an order drawn at random.
    public func some(_ count: Int) -> [Validator] {
        Array(validators.shuffled(using: &random).prefix(count))
    }

    /// A third of the validators, but at least one.
    public var third: Int { max(1, validators.count / 3) }

    public func anyCrash() -> Crash {
        Bool.random(using: &random) ? .killed : .powerLost
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
