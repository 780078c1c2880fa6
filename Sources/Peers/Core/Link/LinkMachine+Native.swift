package import ConclavePrimitives
import ConclaveTransport

/// What the native profile has beside the other: a hello, pings that are answered, goodbyes.
extension LinkMachine {
    /// The peer's hello came; the reader sees to it that it comes first and once. In lookup the link is open
    /// with it, for the peer is committed to this connection and has said what it takes.
    package mutating func helloReceived() -> [Action] {
        guard var open = take() else { return [] }
        defer { put(open) }
        open.helloBy = nil
        return greeting == nil ? [.opened, .sendPing] : [.sendPing]
    }

    /// A ping with this number has been sent.
    package mutating func pinged(_ number: UInt64, at now: Instant) {
        guard var open = take() else { return }
        open.ping = (number, now)
        put(open)
    }

    /// A ping arrived. The first is answered at once, then one per half period; of those that come sooner the
    /// newest is answered when its time has come, and who sends them is read more slowly.
    package mutating func pingReceived(_ number: UInt64, at now: Instant) -> [Action] {
        guard var open = take() else { return [] }
        defer { put(open) }
        guard let until = open.pings.take(at: now, halfPeriod: beat / 2) else {
            open.owedPong = nil
            return [.sendPong(number)]
        }
        open.owedPong = (number, until)
        return [.readSlowly(until: until), .wake(at: nextWake(of: open))]
    }

    /// A pong arrived: the answer to our one ping, or a fault.
    package mutating func pongReceived(_ number: UInt64, at now: Instant) -> Action {
        guard var open = take() else { return .none }
        guard let ping = open.ping, ping.number == number else {
            return .close(.protocolError(.outOfTurn))
        }
        open.ping = nil
        roundTrip = max(.zero, ping.sentAt.duration(to: now))
        put(open)
        return .none
    }
}
