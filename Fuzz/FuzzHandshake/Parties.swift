internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclavePrimitives
internal import ConclaveTransport

/// Who shakes hands: keys, clocks and profile.
struct Parties {
    private static let noon = WallTime(milliseconds: 1_800_000_000_000)
    private static let limits = HandshakeLimits.standard
    private static let profiles = People.served + [.native(version: 2)]

    private let people: People
    private let recorded: Recorded
    private let profile: WireProfile
    /// By the listener's clock when the opening arrives, and by the dialer's when the answer does.
    private let listenerNow, dialerNow: WallTime
    private let remembered = SynCache(capacity: 8)
    private let dialerSecret, listenerSecret: [UInt8]

    init(_ choices: inout Choices) throws(Finding) {
        people = try People.known.get()
        recorded = try Recorded.known.get()
        profile = choices.element(of: Self.profiles)
        listenerNow = Self.noon.advanced(by: Self.delay(&choices))
        dialerNow = Self.noon.advanced(by: Self.delay(&choices))
        (dialerSecret, listenerSecret) = (
            pattern(32, seed: choices.seed() | 1), pattern(32, seed: choices.seed() | 2)
        )
    }

    private static func delay(_ choices: inout Choices) -> Duration {
        choices.once(in: 4)
            ? .milliseconds(choices.number(in: -20_000...20_000)) : .milliseconds(choices.number(below: 100))
    }

    /// Whether the listener takes what the dialer says, if he hears it.
    var shouldAnswer: Bool {
        People.served.contains(profile) && Self.isWithin(Self.noon, of: listenerNow)
    }

    /// Whether the dialer takes what the listener answers, if he hears it.
    var shouldFinish: Bool { Self.isWithin(listenerNow, of: dialerNow) }

    private static func isWithin(_ time: WallTime, of now: WallTime) -> Bool {
        time.isWithin(age: limits.maxHandshakeAge, ahead: limits.synchronyBound, of: now)
    }

    // MARK: Steps

    func dial() throws(Finding) -> DialerHandshake {
        try people.dial(people.dialer, people.listener, profile, secret: dialerSecret, at: Self.noon)
    }

    func answer(_ opening: [UInt8]) throws(HandshakeFault) -> ListenerConfirmation {
        try people.answer(opening, by: people.listener, secret: listenerSecret, remembered, at: listenerNow)
    }

    func finish(_ dialer: consuming DialerHandshake, _ reply: [UInt8]) throws(HandshakeFault) -> DialerSession
    {
        try dialer.received(synAck: reply, limits: Self.limits, at: dialerNow)
    }

    /// Both ends have a session.
    func check(_ session: consuming DialerSession, _ keys: consuming SessionKeys) throws(Finding) {
        try expect(
            session.keys.peer == people.listener.key.publicKey, "the dialer's session is with somebody else")
        try expect(keys.peer == people.dialer.key.publicKey, "the listener's session is with somebody else")
        try expect(
            session.keys.profile == profile && keys.profile == profile, "another profile was agreed on")
        try expect(
            Self.carries(&session.keys.sealing, &keys.opening),
            "the listener cannot open what the dialer seals")
        try expect(
            Self.carries(&keys.sealing, &session.keys.opening),
            "the dialer cannot open what the listener seals")
    }

    private static func carries(_ sealing: inout SealingKey, _ opening: inout OpeningKey) -> Bool {
        let text = pattern(100, seed: 5)
        var record = text + [UInt8](repeating: 0, count: SealingKey.overhead)
        let isCarried: Void? = unsafe record.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            guard (try? unsafe sealing.seal(start, count: text.count)) != nil else { return nil }
            return try? unsafe opening.open(start, count: text.count, into: start)
        }
        return isCarried != nil && Array(record.prefix(text.count)) == text
    }

    // MARK: The attacker

    /// Which flight is in the attacker's hands.
    enum Flight: Int {
        case opening, reply, confirmation
    }

    /// What he makes of it; mostly he leaves it alone, or no handshake would get far.
    func tamper(_ said: [UInt8], _ flight: Flight, _ choices: inout Choices) -> [UInt8] {
        var said = said
        let old = recorded.flight(flight, &choices)
        switch choices.number(below: 12) {
        case 0...6: return said
        case 7 where !said.isEmpty:
            // A quarter of the time what the first frame says of the profile.
            let place = Int(choices.byte())
            said[place < 192 ? place % said.count : min(place % 4, said.count - 1)] ^=
                1 << UInt8(choices.number(below: 8))
        case 8: said.removeLast(min(said.count, choices.number(in: 1...40)))
        case 9: return old
        case 10:
            let cut = choices.number(below: said.count + 1)
            return Array(said.prefix(cut) + old.dropFirst(cut))
        default: return choices.bytes(atMost: 250)
        }
        return said
    }
}
