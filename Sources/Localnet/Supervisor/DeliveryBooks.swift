/// How many heartbeats went from validator to validator, and how many did not although both ends were up: put
/// together from what each validator says of the others.
///
/// A pair of lives is kept apart from every other pair: what was accepted for a process that has been killed
/// since is no loss, because one end was down. So while both lives go on, or ended in good order, a loss is
/// what one end accepted and the other did not hear; once one was cut off, it is only the gaps that the
/// receiver saw.
public struct DeliveryBooks: Sendable {
    /// What one validator says of another.
    public struct Report: Hashable, Sendable {
        public let reporter: Int
        public let reporterLife: UInt64
        public let peer: Int
        public let peerLife: UInt64
        /// The reporter's heartbeats taken for the peer.
        public let accepted: Int
        /// The peer's heartbeats that the reporter heard.
        public let heard: Int
        /// Gaps the reporter saw in them.
        public let missing: Int

        public init(
            reporter: Int, reporterLife: UInt64, peer: Int, peerLife: UInt64,
            accepted: Int, heard: Int, missing: Int
        ) {
            self.reporter = reporter
            self.reporterLife = reporterLife
            self.peer = peer
            self.peerLife = peerLife
            self.accepted = accepted
            self.heard = heard
            self.missing = missing
        }

        fileprivate func isOfSameLives(as other: Report) -> Bool {
            reporterLife == other.reporterLife && peerLife == other.peerLife
        }
    }

    private let validators: Int
    private var current: [Report?]
    private var cutOff: [UInt64?]
    private var closedDelivered = 0
    private var closedUndelivered = 0

    public init(validators: Int) {
        self.validators = validators
        current = Array(repeating: nil, count: validators * validators)
        cutOff = Array(repeating: nil, count: validators)
    }

    /// A life of a validator ended without having fallen silent first.
    public mutating func cutOff(_ validator: Int, life: UInt64) {
        guard isKnown(validator) else { return }
        cutOff[validator] = life
    }

    /// A validator said something new of another; counts of one pair of lives never fall.
    public mutating func record(_ report: Report) {
        guard isKnown(report.reporter), isKnown(report.peer), report.reporter != report.peer else { return }
        let index = report.reporter * validators + report.peer
        if let last = current[index], !last.isOfSameLives(as: report) {
            closedDelivered += last.heard
            closedUndelivered += last.missing
        }
        current[index] = report
    }

    /// Heartbeats that arrived.
    public var delivered: Int { closedDelivered + current.reduce(0) { $0 + ($1?.heard ?? 0) } }

    /// Heartbeats that did not arrive while both ends were up. Exact once all validators have fallen silent;
    /// before that it counts those on their way.
    public var undelivered: Int { closedUndelivered + current.reduce(0) { $0 + ($1.map(losses) ?? 0) } }

    private func losses(on receiver: Report) -> Int {
        let sender = current[receiver.peer * validators + receiver.reporter]
        guard let sender, sender.reporterLife == receiver.peerLife, sender.peerLife == receiver.reporterLife,
            cutOff[receiver.reporter] != receiver.reporterLife, cutOff[receiver.peer] != receiver.peerLife
        else { return receiver.missing }
        return max(receiver.missing, sender.accepted - receiver.heard)
    }

    private func isKnown(_ validator: Int) -> Bool { (0..<validators).contains(validator) }
}
