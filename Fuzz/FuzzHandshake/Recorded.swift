internal import ConclaveFuzzing
internal import ConclavePrimitives
internal import ConclaveTransport

/// Handshakes that the attacker saw, or had himself: of each the three flights.
struct Recorded {
    private let flights: [[[UInt8]]]

    static let known = Result { () throws(Finding) in try Recorded(People.known.get()) }

    private init(_ people: People) throws(Finding) {
        let pairs = [
            (people.dialer, people.listener), (people.attacker, people.listener),
            (people.dialer, people.attacker),
            (people.listener, people.dialer),
        ]
        var flights: [[[UInt8]]] = []
        for profile in People.served {
            for (index, (dialer, listener)) in pairs.enumerated() {
                flights.append(try Self.flights(people, dialer, listener, profile, seed: UInt64(10 + index)))
            }
        }
        self.flights = flights
    }

    func flight(_ which: Parties.Flight, _ choices: inout Choices) -> [UInt8] {
        choices.element(of: flights)[which.rawValue]
    }

    private static func flights(
        _ people: People, _ dialer: HandshakeIdentity, _ listener: HandshakeIdentity, _ profile: WireProfile,
        seed: UInt64
    ) throws(Finding) -> [[UInt8]] {
        let now = WallTime(milliseconds: 1_800_000_000_000)
        let handshake = try people.dial(dialer, listener, profile, secret: pattern(32, seed: seed), at: now)
        let opening = handshake.output
        do throws(HandshakeFault) {
            let answer = try people.answer(
                opening, by: listener, secret: pattern(32, seed: seed + 100), SynCache(capacity: 1), at: now)
            let reply = answer.output
            let session = try handshake.received(synAck: reply, limits: .standard, at: now)
            return [opening, reply, session.output]
        } catch {
            throw Finding("an honest handshake fails: \(error)")
        }
    }
}
