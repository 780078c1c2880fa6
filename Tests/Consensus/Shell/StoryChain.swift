import ConclaveCodec
import ConclaveConsensus
import ConclaveConsensusCore
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime

/// A chain's rules in their smallest form: a body is the height, the state a hash of all bodies.
actor StoryChain: ConsensusApplication {
    private nonisolated let context: Context
    private let validators: ValidatorSet
    private let members: [PeerSet.Member]
    private let pause: Duration
    /// Outlives the process: what was delivered, by height from 1.
    private let disk: StoryDisk

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    init(
        _ context: Context, validators: ValidatorSet, members: [PeerSet.Member], pause: Duration,
        disk: StoryDisk
    ) {
        self.context = context
        self.validators = validators
        self.members = members
        self.pause = pause
        self.disk = disk
    }

    func build(_ request: BuildRequest) async -> BlockContent? {
        if pause > .zero { try? await context.sleep(for: pause) }
        let body = request.height.encoded
        return BlockContent(
            body: body, stateRoot: Self.root(after: request.parent, body),
            nextSet: request.place == .last ? validators : nil, time: context.clock.wallTime)
    }

    func verify(_ block: Block) async -> Verdict {
        block.body == block.height.encoded ? .valid : .refused
    }

    func deliver(_ block: Block) async throws -> ValidatorSet? {
        try disk.keep(block)
        return block.header.nextSetDigest == .zero ? nil : validators
    }

    func peers(of validators: ValidatorSet, epoch: Epoch) async -> [PeerSet.Member] { members }

    private static func root(after parent: Header, _ body: [UInt8]) -> Digest {
        Digest(of: parent.stateRoot.encoded + body)
    }
}

/// What one validator's application has kept.
final class StoryDisk: Sendable {
    struct Gap: Error {
        let height: Height
    }

    private let digests = Lock<[Digest]>([])

    var chain: [Digest] { digests.withLock { $0 } }

    func keep(_ block: Block) throws {
        try digests.withLock { digests in
            let height = Int(block.height.number)
            guard height >= 1, height <= digests.count + 1 else { throw Gap(height: block.height) }
            if height == digests.count + 1 { digests.append(block.digest) }
            guard digests[height - 1] == block.digest else { throw Gap(height: block.height) }
        }
    }
}
