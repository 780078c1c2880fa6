internal import ConclaveConsensusCore
internal import ConclaveCryptography
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveRuntime

/// The engine's tasks: each takes from its queue, waits for disk or application, and tells the engine.
struct EngineTasks<Application: ConsensusApplication>: Sendable {
    let engine: Engine
    let queues: EngineQueues
    let journal: Journal
    let application: Application
    let plan: ConsensusPlan

    /// Between two rows of old blocks that are dropped: thousands a second, ten times what a chain makes, and
    /// most syncs are without them.
    private static var dropPause: Duration { .milliseconds(20) }

    /// Keeps everything that waits with one sync, again and again.
    func keep() async throws {
        var batches: [JournalBatch] = []
        // What the application has kept is written with whatever comes next, and needs no sync of its own:
        // who forgets it is given the blocks once more.
        var acknowledged: [JournalBatch] = []
        while await queues.batches.take(into: &batches) {
            if batches.allSatisfy(\.isAcknowledgement) {
                acknowledged = Array(batches.suffix(1))
            } else {
                do throws(StorageFailure) {
                    try await journal.keep(acknowledged + batches)
                    noteOldBlocks(batches)
                } catch {
                    await engine.keepingFailed()
                    throw ConsensusFailure.journal(error)
                }
                acknowledged = []
            }
            if let last = batches.last { await engine.kept(through: last.number) }
        }
    }

    private func noteOldBlocks(_ batches: [JournalBatch]) {
        guard case .epochsBefore(let count) = plan.history else { return }
        for case .epoch(let start, _) in batches.lazy.flatMap(\.records) {
            let (kept, overflow) = count.multipliedReportingOverflow(by: plan.configuration.epochLength)
            let first = start.origin.height.number
            guard !overflow, first > kept else { continue }
            queues.offer(oldBlocksBelow: Height(first - kept))
        }
    }

    /// Drops what is older than the history that this node keeps, a few blocks at a time between the votes.
    func dropOldBlocks(_ context: Context) async throws {
        while let height = await queues.oldBlocks.next() {
            do throws(StorageFailure) {
                while try await journal.dropSomeBlocks(below: height) {
                    guard (try? await context.sleep(for: Self.dropPause)) != nil else { return }
                }
            } catch {
                await engine.keepingFailed()
                throw ConsensusFailure.journal(error)
            }
        }
    }

    /// Lets the application build when this validator leads. Of two turns only the later counts.
    func build() async {
        while let request = await queues.builds.next() {
            let content = await application.build(request)
            await engine.built(content, for: request)
        }
    }

    /// Tells the application what happens, in order.
    func work() async throws {
        var upcoming = UpcomingBodies(journal: journal)
        while let work = await queues.work.next() {
            switch work {
            case .proposed(let reference): await application.proposed(try await block(reference))
            case .verify(let reference):
                let verdict = await application.verify(try await block(reference))
                await engine.verified(reference.digest, verdict)
            case .deliver(let reference):
                let block = try await upcoming.block(reference)
                let nextSet = try await application.deliver(block)
                queues.offer(EngineQueues.Delivered(height: reference.height, nextSet: nextSet))
                await announce(after: reference.header.epoch)
            case .finalized(let certificate): await application.finalized(by: certificate)
            case .evidence(let evidence):
                await application.found(evidence)
                await engine.evidenceTaken(evidence)
            case .alarm(let alarm): await application.alarm(alarm)
            }
        }
    }

    /// Has the application keep everything that it was given meanwhile, again and again.
    func acknowledge() async throws {
        var delivered: [EngineQueues.Delivered] = []
        while await queues.deliveries.take(into: &delivered) {
            try await application.keep()
            for block in delivered { await engine.acknowledged(block.height, nextSet: block.nextSet) }
        }
    }

    private func announce(after epoch: Epoch) async {
        guard let validators = await application.announcedSet(after: epoch) else { return }
        queues.offer(.announced(epoch, validators))
    }

    private func block(_ reference: BlockReference) async throws -> Block {
        if let body = reference.body, let block = Block(header: reference.header, body: body) { return block }
        guard let block = try await journal.block(reference.digest) else {
            throw ConsensusFailure.blockMissing(reference.digest)
        }
        return block
    }

    /// Answers peers out of the journal.
    func serve() async throws {
        while let service = await queues.services.next() {
            switch service {
            case .body(let view, let digest, let audience):
                if let block = try await journal.block(digest) {
                    await engine.found(block, for: view, to: audience)
                }
            case .serve(let answer, let peer):
                let messages = try await messages(answer)
                await engine.served(messages, bytes: messages.reduce(0) { $0 + $1.encoded.count }, to: peer)
            }
        }
    }

    private func messages(_ answer: StoredAnswer) async throws -> [ConsensusMessage] {
        switch answer {
        case .block(let digest): try await journal.block(digest).map { [.body(0, $0)] } ?? []
        case .closing(let epoch): try await journal.closing(of: epoch).map { [.closing($0)] } ?? []
        case .ancestry(let digest, let height):
            try await Self.blocks(journal.ancestry(of: digest, above: height))
        }
    }

    /// Looks in the journal for the machine.
    func recall() async throws {
        while let recall = await queues.recalls.next() {
            let headers = try await journal.headers(
                of: recall.digest, above: recall.above, limit: Engine.Machine.recalledBlocks)
            await engine.recalled(recall.digest, headers)
        }
    }

    private static func blocks(_ blocks: [Block]) -> [ConsensusMessage] {
        blocks.isEmpty ? [] : [.blocks(blocks)]
    }

    /// Ends the engine if something was left out.
    func watch() async throws {
        if await queues.overrun.next() != nil { throw ConsensusFailure.overrun }
    }
}

extension JournalBatch {
    /// Whether it says nothing but what the application has kept.
    fileprivate var isAcknowledgement: Bool {
        records.allSatisfy { record in
            switch record {
            case .acknowledged: true
            case .epoch, .certificate, .block, .vote, .settled: false
            }
        }
    }
}
