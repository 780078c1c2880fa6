/// What a peer that is authorised does instead of what it should.
enum Lie: Hashable, Sendable {
    case shaking(HandshakeLie)
    case speaking(SessionLie)
    case gossiping(GossipLie)

    /// Those that can be told in `mode`.
    static func all(in mode: StoryMode) -> [Lie] {
        let everywhere = HandshakeLie.allCases.map(Lie.shaking) + SessionLie.allCases.map(Lie.speaking)
        return switch mode {
        case .lookup: everywhere
        case .discovery: everywhere + GossipLie.allCases.map(Lie.gossiping)
        }
    }
}

/// Before there are keys.
enum HandshakeLie: String, CaseIterable, Sendable {
    case nothing, brokenOff, flippedBit, forgedSyn, oldSyn, futureSyn, synForAnother, replayedSyn, flippedAck
}

/// With the keys of a good handshake.
enum SessionLie: String, CaseIterable, Sendable {
    /// Not even a greeting, in discovery.
    case nothing
    case garbage, flippedBit, replayedRecord, oversizedFrame, unknownChannel, unknownTag
    /// The one that does not end the connection: whoever is hasty is read more slowly.
    case hastyBeats
}

/// Of addresses, in discovery.
enum GossipLie: String, CaseIterable, Sendable {
    case strangersGreeting, futureGreeting, vectorInsteadOfGreeting
    case secondGreeting, futureRecord, recordOfVictim, forgedRecord, wrongVector, longList

    var isInsteadOfGreeting: Bool {
        switch self {
        case .strangersGreeting, .futureGreeting, .vectorInsteadOfGreeting: true
        case .secondGreeting, .futureRecord, .recordOfVictim, .forgedRecord, .wrongVector, .longList: false
        }
    }
}
