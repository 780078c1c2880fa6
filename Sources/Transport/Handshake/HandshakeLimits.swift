internal import ConclavePrimitives

/// How far another machine's clock may be from ours: a time counts within `[now − maxHandshakeAge, now +
/// synchronyBound)`.
public struct HandshakeLimits: Hashable, Sendable {
    /// How old a handshake message may be, and for how long an accepted Syn is remembered.
    ///
    /// Every recorded Syn is worthless after it: that bounds what a listener has to remember.
    public let maxHandshakeAge: Duration
    /// How far the other clock may be ahead of ours.
    public let synchronyBound: Duration

    /// 10 s and 5 s: clocks kept by NTP are within 100 ms, and a handshake over the worst path takes two
    /// seconds.
    public static let standard = HandshakeLimits(maxHandshakeAge: .seconds(10), synchronyBound: .seconds(5))

    /// Both positive; the configuration sees to that.
    public init(maxHandshakeAge: Duration, synchronyBound: Duration) {
        self.maxHandshakeAge = maxHandshakeAge
        self.synchronyBound = synchronyBound
    }
}

extension HandshakeLimits {
    /// - Throws: ``HandshakeFault/timeOutOfWindow(_:now:)``.
    func check(_ time: WallTime, at now: WallTime) throws(HandshakeFault) {
        guard time.isWithin(age: maxHandshakeAge, ahead: synchronyBound, of: now) else {
            throw .timeOutOfWindow(time, now: now)
        }
    }
}
