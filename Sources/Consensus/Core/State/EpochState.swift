internal import ConclaveCryptography
internal import ConclavePrimitives

/// Everything of the running epoch that is forgotten when it ends.
struct EpochState: Sendable {
    let start: EpochStart
    let committee: Committee
    /// Our index in the set; nil if we only follow.
    let own: Int?
    /// Whether our key may vote here.
    let standing: Standing
    /// The height of the epoch's last block.
    let lastHeight: Height
    private let election: LeaderElection
    private let seed: Digest
    /// Of the current view, the one before and the two behind: to draw one costs a hash.
    private var leaders: [(view: View, member: Int)] = []

    /// The current view.
    private(set) var view: View = 1
    /// The certificate that led here; nil in view 1.
    private(set) var entry: Certificate?
    /// The newest final view, 0 for the origin.
    var lastFinal: View = 0
    var finalPayload: Digest
    var finalization: Certificate?

    /// Of views above ``lastFinal``.
    var notarizations = CertificateRow()
    var nullifications = CertificateRow()
    var ownVotes = SortedArray<View, OwnVotes>()

    var votes = VoteTable()
    var proposals = ViewWindow<Proposal?>(empty: nil)
    /// Bodies that came before their proposals.
    var earlyBodies = ViewWindow<Block?>(empty: nil)

    var timers = ViewTimers()
    /// When each member was last heard.
    var heard: [Instant?]
    /// When we began to listen.
    let since: Instant
    /// The view for which the application builds a block.
    var building: View?
    /// The view whose proposal we have sent in this life of the process.
    var proposed: View = 0

    init(
        _ start: EpochStart, chain: Digest, configuration: ConsensusConfiguration, key: PublicKey,
        standing: Standing, at now: Instant
    ) {
        self.start = start
        committee = Committee(chain: chain, epoch: start.epoch, validators: start.validators)
        own = start.validators.index(of: key)
        self.standing = standing
        lastHeight = configuration.lastHeight(of: start.epoch)
        election = configuration.election
        seed = LeaderElection.seed(origin: start.originDigest)
        finalPayload = start.originDigest
        heard = Array(repeating: nil, count: start.validators.count)
        since = now
        findLeaders()
    }

    var epoch: Epoch { start.epoch }
    var validators: ValidatorSet { committee.validators }

    func leader(of view: View) -> Int {
        for known in leaders where known.view == view { return known.member }
        return election.leader(of: view, epoch: epoch, seed: seed, among: validators)
    }

    /// Moves on to the view behind that of `certificate`.
    mutating func enter(by certificate: Certificate) {
        view = certificate.subject.view.next
        entry = certificate
        building = nil
        findLeaders()
    }

    private mutating func findLeaders() {
        let near = [view.lowered(by: 1), view, view.next, view.next.next]
        leaders = near.map { ($0, leader(of: $0)) }
    }

    func key(of member: Int) -> PublicKey { validators.members[member].key }

    /// The block of `view` if it may be a parent: the last final one, or a notarized one above it.
    func payload(certifiedIn view: View) -> Digest? {
        view == lastFinal ? finalPayload : notarizations[view]?.subject.proposal?.payload
    }

    /// The newest view below `view` whose block may be a parent.
    func newestCertified(below view: View) -> View {
        notarizations.newest(below: view)?.subject.view ?? lastFinal
    }

    /// What the newest finalization is about; nil for the origin.
    var finalProposal: Proposal? { finalization?.subject.proposal }

    /// The certificate of the same view and kind that is held.
    func certificate(_ kind: VoteKind, of view: View) -> Certificate? {
        switch kind {
        case .notarize: notarizations[view]
        case .nullify: nullifications[view]
        case .finalize: view == lastFinal ? finalization : nil
        }
    }

    /// Forgets what a final view settles.
    mutating func settle(_ certificate: Certificate, payload: Digest) {
        let view = certificate.subject.view
        lastFinal = view
        finalPayload = payload
        finalization = certificate
        notarizations.drop(through: view)
        nullifications.drop(through: view)
        ownVotes.removeAll { kept, _ in kept <= view }
        votes.drop(through: view)
        proposals.drop(through: view)
        earlyBodies.drop(through: view)
    }
}
