package import ConclaveCodec
package import ConclavePrimitives

/// Why an inbound connection is closed before a byte of it is read; the raw value is the metric's label.
public enum AdmissionRefusal: String, Error, Hashable, Sendable, CaseIterable {
    /// It comes from an address that is not routed in public, and those are not allowed.
    case privateAddress = "private_address"
    /// No tracked peer is expected from that IP.
    case unexpectedIP = "unexpected_ip"
    /// ``Profile/maxConcurrentHandshakes`` are under way.
    case tooManyHandshakes = "too_many_handshakes"
    /// More than ``Profile/handshakesPerIP``.
    case ipRate = "ip_rate"
    /// More than ``Profile/handshakesPerSubnet``.
    case subnetRate = "subnet_rate"
}

/// The listener's checks before any cryptography, the cheapest first.
///
/// A stranger, where strangers can be told, touches no table and takes no place. The IP comes before its
/// subnet, so that one machine cannot use up what its neighbours share; an IP that is expected is not charged
/// to its subnet at all, and has places of its own, so that a neighbour cannot lock a validator out.
package struct Admission: Sendable {
    package enum Verdict: Hashable, Sendable {
        /// Go on, and say ``Admission/ended()`` when the handshake is over, however it ends.
        case admitted
        case refused(AdmissionRefusal)
    }

    /// Addresses remembered in each of the three tables: at 48 bytes each about 0.8 MiB a table when full.
    package static let rememberedMax = 16_384

    private let privateAddresses: PrivateAddresses
    private var handshakesMax: Int
    private var perIP: Rate
    private var perSubnet: Rate

    private var expected = RateTable(capacity: rememberedMax)
    private var others = RateTable(capacity: rememberedMax)
    private var subnets = RateTable(capacity: rememberedMax)

    /// Handshakes under way.
    package private(set) var handshakes = 0

    package init(configuration: Configuration) {
        privateAddresses = configuration.privateAddresses
        handshakesMax = configuration.maxConcurrentHandshakes
        perIP = configuration.handshakesPerIP
        perSubnet = configuration.handshakesPerSubnet
    }

    /// A connection from `ip` was accepted. `peersExpected` is how many tracked peers come from there, nil if
    /// that cannot be told.
    package mutating func arrived(from ip: IPAddress, peersExpected: Int?, at now: Instant) -> Verdict {
        if let reason = examine(ip, peersExpected) { return .refused(reason) }
        let places = peersExpected == nil ? placesOfOthers : handshakesMax
        guard handshakes < places else { return .refused(.tooManyHandshakes) }
        if let reason = charge(ip, peersExpected, at: now) { return .refused(reason) }
        handshakes += 1
        return .admitted
    }

    /// The quotas are those of `profile` from now on. What is under way goes on, and who has used up an old
    /// quota has used up so much of the new one.
    package mutating func changeQuotas(to profile: Profile) {
        handshakesMax = profile.maxConcurrentHandshakes
        perIP = profile.handshakesPerIP
        perSubnet = profile.handshakesPerSubnet
    }

    /// A connection was accepted from a proxy, which says later whom it speaks for. It takes a place like any
    /// other; the proxy's own address is charged nothing.
    package mutating func arrivedThroughProxy() -> Verdict {
        guard handshakes < placesOfOthers else { return .refused(.tooManyHandshakes) }
        handshakes += 1
        return .admitted
    }

    /// The proxy said whom it speaks for; nil if that one may go on. Either way its place is held until
    /// ``ended()``.
    package mutating func named(
        _ ip: IPAddress, peersExpected: Int?, at now: Instant
    ) -> AdmissionRefusal? {
        examine(ip, peersExpected) ?? charge(ip, peersExpected, at: now)
    }

    /// A handshake that was admitted is over.
    package mutating func ended() {
        handshakes = max(0, handshakes - 1)
    }

    /// A quarter of the places is kept for who is expected: connections from many subnets that say nothing
    /// hold theirs until the deadline, and would lock everybody out.
    private var placesOfOthers: Int { handshakesMax - handshakesMax / 4 }

    private func examine(_ ip: IPAddress, _ peersExpected: Int?) -> AdmissionRefusal? {
        if privateAddresses == .refused, ip.isPrivate { return .privateAddress }
        return peersExpected == 0 ? .unexpectedIP : nil
    }

    private mutating func charge(_ ip: IPAddress, _ peersExpected: Int?, at now: Instant) -> AdmissionRefusal?
    {
        if let peersExpected {
            let rate = perIP.multiplied(by: peersExpected)
            return expected.take(of: rate, for: ip, at: now) == .granted ? nil : .ipRate
        }
        guard others.take(of: perIP, for: ip, at: now) == .granted else { return .ipRate }
        return subnets.take(of: perSubnet, for: ip.subnet, at: now) == .granted ? nil : .subnetRate
    }
}

extension IPAddress {
    /// The first address of the /24 or /48 around this one: what one owner usually has.
    var subnet: IPAddress { network(prefixBits: isV4 ? 24 : 48) }
}
