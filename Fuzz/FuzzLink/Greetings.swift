internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials
internal import ConclaveTransport

/// What a peer may say of itself, and how far our clock is then behind its own.
struct Greetings {
    enum Kind: CaseIterable {
        case right, another, ourselves, forged
    }

    static let own = known?.own ?? ConclaveTestTrials.peer(1)
    static let peer = known?.peer ?? ConclaveTestTrials.peer(2)
    /// Signed once: that costs more than an input.
    static let known = try? Greetings()

    private let own, peer: PeerID
    private let records: [AddressRecord]
    private let check: RecordCheck
    private static let time = WallTime(milliseconds: 1_800_000_000_000)
    /// As in ``/ConclavePeersCore/Profile/production``.
    private static let synchronyBound = 5_000

    private init() throws {
        let ours = try signingKey(1), theirs = try signingKey(2), strangers = try signingKey(3)
        own = ours.publicKey
        peer = theirs.publicKey
        let namespace = try Namespace("TEST"), elsewhere = try Namespace("ELSEWHERE")
        check = RecordCheck(own: own, configuration: try configuration(.production))
        let ingress = Ingress.socket(SocketAddress(ip(1), port: 1))
        records = [(theirs, namespace), (strangers, namespace), (ours, namespace), (theirs, elsewhere)].map {
            AddressRecord(ingress: ingress, time: Self.time, key: $0.0, namespace: $0.1)
        }
    }

    /// A greeting, our time of day when it comes, and the fault that it is.
    func draw(_ choices: inout Choices) -> (AddressRecord, WallTime, PeerFault?) {
        let kind = choices.once(in: 4) ? choices.element(of: Kind.allCases) : .right
        let ahead = choices.once(in: 8) ? Self.synchronyBound - 1 + choices.number(below: 3) : 0
        let now = Self.time.advanced(by: .milliseconds(-ahead))
        let fault: PeerFault? =
            switch kind {
            case .another, .ourselves: .addressRecord(.ofAnother)
            case .right: ahead > Self.synchronyBound ? .addressRecord(.fromFuture) : nil
            case .forged: .addressRecord(ahead > Self.synchronyBound ? .fromFuture : .signature)
            }
        let place = Kind.allCases.firstIndex(of: kind) ?? 0
        return (records[place], now, fault)
    }

    /// What is learnt from a greeting that is right.
    func believed(_ record: AddressRecord, at now: WallTime) -> BelievedRecord? {
        try? check.believed(record, at: now)
    }
}
