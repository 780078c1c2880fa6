internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveCryptography
internal import ConclavePrimitives

/// A chain's rules in their smallest form: the state is a hash of all bodies, and a block's parent chooses
/// the next set.
struct TrialApplication {
    /// Every identity, of which each set leaves out one.
    let identities: [ValidatorSet.Member]
    /// Digests of what was delivered, by height from the genesis block on. Outlives crashes.
    private(set) var chain: [Digest]
    /// What was verified since the process began.
    private var verified: Set<Digest> = []

    init(identities: [ValidatorSet.Member], genesis: Digest) {
        self.identities = identities
        chain = [genesis]
    }

    /// Of the newest block that was delivered.
    var height: Int { chain.count - 1 }

    func digest(at height: Height) -> Digest? {
        height.number < UInt64(chain.count) ? chain[Int(height.number)] : nil
    }

    mutating func restarted() { verified = [] }

    static func validators(
        among identities: [ValidatorSet.Member], chosenBy digest: Digest
    ) -> ValidatorSet {
        var members = identities
        if members.count > 1 { members.remove(at: Int(digest.firstWord % UInt64(members.count))) }
        guard let set = try? ValidatorSet(members) else { preconditionFailure("identities differ") }
        return set
    }

    func content(
        on parent: Header, parentDigest: Digest, number: UInt64, isLast: Bool, time: Instant
    ) -> BlockContent {
        var writer = Writer()
        writer.integer(number)
        let body = writer.bytes
        return BlockContent(
            body: body, stateRoot: Self.stateRoot(after: parent.stateRoot, body: Digest(of: body)),
            nextSet: isLast ? Self.validators(among: identities, chosenBy: parentDigest) : nil,
            time: WallTime(milliseconds: time.nanoseconds / 1_000_000))
    }

    /// What was built here needs no verification.
    mutating func adopt(_ block: BlockReference) { verified.insert(block.digest) }

    /// - Throws: if the machine asks about a block whose parent it has not told.
    mutating func verify(_ block: BlockReference, parent: Header?) throws(Violation) -> Verdict {
        let header = block.header
        guard let parent, verified.contains(header.parent) || chain.contains(header.parent) else {
            throw Violation(.validity, "asked about \(header.height) without its parent")
        }
        guard isValid(header, parent: parent) else { return .refused }
        verified.insert(block.digest)
        return .valid
    }

    /// - Throws: unless `block` is the next one, or one that was delivered in an earlier life.
    mutating func deliver(_ block: BlockReference, parent: Header?) throws(Violation) {
        let height = Int(block.height.number)
        guard height <= chain.count, height > 0 else {
            throw Violation(.delivery, "height \(height) after \(chain.count - 1)")
        }
        guard chain[height - 1] == block.header.parent, let parent, isValid(block.header, parent: parent)
        else { throw Violation(.validity, "height \(height)") }
        if height == chain.count { chain.append(block.digest) }
        guard chain[height] == block.digest else {
            throw Violation(.agreement, "height \(height) is delivered twice")
        }
    }

    private func isValid(_ header: Header, parent: Header) -> Bool {
        guard header.stateRoot == Self.stateRoot(after: parent.stateRoot, body: header.bodyRoot) else {
            return false
        }
        guard header.nextSetDigest != .zero else { return true }
        return nextSet(after: header).digest(chain: header.chain, epoch: header.epoch.next)
            == header.nextSetDigest
    }

    func nextSet(after header: Header) -> ValidatorSet {
        Self.validators(among: identities, chosenBy: header.parent)
    }

    private static func stateRoot(after state: Digest, body: Digest) -> Digest {
        var writer = Writer(capacity: 64)
        state.encode(into: &writer)
        body.encode(into: &writer)
        return Digest(of: writer.bytes)
    }
}
