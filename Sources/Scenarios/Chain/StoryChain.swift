import Conclave
import ConclaveConsensus
import ConclaveConsensusCore

/// A chain's rules in their smallest form: a body names its height and its builder, the state is a hash of
/// all bodies.
actor StoryChain: ConsensusApplication {
    private nonisolated let context: Context
    private let number: Int
    private let life: Int
    private let members: [PeerSet.Member]
    private let rules: ChainRules
    private let books: ChainBooks

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    /// - Parameter members: all who are ever in a set, in ascending order of their keys.
    init(
        _ context: Context, number: Int, life: Int, members: [PeerSet.Member], rules: ChainRules,
        books: ChainBooks
    ) {
        self.context = context
        self.number = number
        self.life = life
        self.members = members
        self.rules = rules
        self.books = books
    }

    func build(_ request: BuildRequest) async -> BlockContent? {
        if rules.pause > .zero { try? await context.sleep(for: rules.pause) }
        var writer = Writer()
        for word in [request.height.number, request.view.number, UInt64(number), UInt64(life)] {
            writer.integer(word)
        }
        let body = writer.bytes
        books.built(body)
        return BlockContent(
            body: body, stateRoot: Self.root(after: request.parent, body),
            nextSet: request.place == .last ? validators(of: request.epoch.next) : nil,
            time: context.clock.wallTime)
    }

    func verify(_ block: Block) async -> ConclaveConsensusCore.Verdict {
        block.body.starts(with: block.height.encoded) ? .valid : .refused
    }

    func deliver(_ block: Block) async throws -> ValidatorSet? {
        books.delivered(block, by: number, at: context.clock.wallTime)
        return block.header.nextSetDigest == .zero ? nil : validators(of: block.header.epoch.next)
    }

    func peers(of validators: ValidatorSet, epoch: Epoch) async -> [PeerSet.Member] {
        members.filter { validators.index(of: $0.peer) != nil }
    }

    func announcedSet(after epoch: Epoch) async -> ValidatorSet? { validators(of: epoch.next) }

    func found(_ evidence: Evidence) async {
        books.accused(
            "validator-\(number) accuses \(evidence.signer) of \(evidence.offence), and nobody lies")
    }

    func alarm(_ alarm: ConsensusAlarm) async {
        switch alarm {
        case .faultBoundBroken, .wrongNextSet, .evidenceLost:
            books.accused("validator-\(number) has the alarm \(alarm)")
        case .viewsWithoutFinal, .abstaining, .journalFailed, .stranded: break
        }
    }

    private func validators(of epoch: Epoch) -> ValidatorSet? {
        try? rules.validators(members.map(\.peer), of: epoch)
    }

    private static func root(after parent: Header, _ body: [UInt8]) -> Digest {
        Digest(of: parent.stateRoot.encoded + body)
    }
}
