import Conclave
import ConclaveConsensus

/// A chain in its smallest form: each block adds a number to the state, which is their sum.
actor CounterChain: ConsensusApplication {
    /// The state behind a block.
    private struct State: Sendable {
        var height: Height
        var sum: UInt64
    }

    private nonisolated let context: Context
    private nonisolated let store: any Store
    /// Who validates, by what they have at stake. Here the same in each epoch.
    private let stakes: [PeerSet.Member]
    /// Behind the newest final block, and behind those that may follow it.
    private var states: [Digest: State]
    private var final: Digest
    var sum: UInt64 { states[final]?.sum ?? 0 }

    private static let table: StorageName = "state"
    private static let key: [UInt8] = [0]

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    /// Opens the state that was kept, or begins at `genesis`.
    init(behind genesis: Header, stakes: [PeerSet.Member], context: Context) async throws {
        self.context = context
        self.stakes = stakes
        store = try await context.storage.open("counter", tables: [Self.table])
        final = genesis.digest
        states = [final: State(height: 0, sum: 0)]
        guard let kept = try await store.value(of: Self.key, in: Self.table) else { return }
        final = try Digest(decoding: Array(kept.prefix(32)))
        let height = try Height(decoding: Array(kept[32..<40])),
            sum = try Height(decoding: Array(kept[40...]))
        states = [final: State(height: height, sum: sum.number)]
    }

    /// This validator leads. What is built here may come to nothing: the state changes when it is final.
    func build(_ request: BuildRequest) async -> BlockContent? {
        guard let parent = states[request.parentDigest] else { return nil }
        var body = Writer()
        // Time and chance come from the context, so that the simulation can give them.
        body.integer(UInt64(context.entropy.bytes(1).first ?? 0) % 9 + 1)
        guard let state = Self.state(behind: parent, body.bytes) else { return nil }
        return BlockContent(
            body: body.bytes, stateRoot: Self.root(of: state),
            nextSet: request.place == .last ? Self.validators(stakes) : nil, time: context.clock.wallTime)
    }

    /// What was built has become this block.
    func proposed(_ block: Block) async { _ = await verify(block) }

    /// Another leads. The same answer on every honest node, or the chain stands still.
    func verify(_ block: Block) async -> Verdict {
        guard let parent = states[block.header.parent], let state = Self.state(behind: parent, block.body),
            Self.root(of: state) == block.header.stateRoot
        else { return .refused }
        states[block.digest] = state
        return .valid
    }

    /// The block is final, and with it all below.
    func deliver(_ block: Block) async throws -> ValidatorSet? {
        if states[final].map({ $0.height < block.height }) ?? false, await verify(block) == .valid {
            final = block.digest
            states = states.filter { $0.key == final || $0.value.height > block.height }
        }
        return block.header.nextSetDigest == .zero ? nil : Self.validators(stakes)
    }

    /// After this what was delivered survives a power cut. What was not kept is delivered again.
    func keep() async throws {
        guard let state = states[final] else { return }
        var batch = WriteBatch()
        batch.set(
            Self.key, to: final.encoded + state.height.encoded + Height(state.sum).encoded, in: Self.table)
        try await store.write(batch)
    }

    /// After the engine.
    func close() async { await store.close() }

    /// Where the network finds those who decide an epoch.
    func peers(of validators: ValidatorSet, epoch: Epoch) async -> [PeerSet.Member] {
        stakes.filter { validators.index(of: $0.peer) != nil }
    }

    /// Who decides: keys, and the weights of their votes.
    static func validators(_ stakes: [PeerSet.Member]) -> ValidatorSet? {
        try? ValidatorSet(stakes.map { ValidatorSet.Member($0.peer, weight: $0.weight) })
    }

    private static func state(behind parent: State, _ body: [UInt8]) -> State? {
        guard let number = try? Height(decoding: body).number, (1...9).contains(number) else { return nil }
        return State(height: parent.height.next, sum: parent.sum &+ number)
    }

    private static func root(of state: State) -> Digest {
        Digest(of: state.height.encoded + Height(state.sum).encoded)
    }
}
