internal import ConclaveConsensusCore
internal import ConclavePeersCore
internal import ConclaveRuntime

/// What the engine's tasks have to do, a queue for each.
///
/// None is ever full while the machine is right: it has at most ``depth`` questions, blocks and batches
/// under way. One that is full all the same ends the engine, rather than that something is left out.
struct EngineQueues: Sendable {
    /// For the application, in order.
    enum Work: Sendable {
        case proposed(BlockReference)
        case verify(BlockReference)
        case deliver(BlockReference)
        case finalized(Certificate)
        case evidence(Evidence)
        case alarm(ConsensusAlarm)
    }

    /// A block that the application was given and has yet to keep.
    struct Delivered: Sendable {
        let height: Height
        let nextSet: ValidatorSet?
    }

    /// For peers, out of the journal.
    enum Service: Sendable {
        case serve(StoredAnswer, to: PeerID)
        case body(View, Digest, to: Audience)
    }

    /// What the machine looks for in the journal.
    struct Recall: Sendable {
        let digest: Digest
        let above: Height
    }

    /// For the network.
    enum Standing: Sendable {
        case enter(EpochStart)
        case crossed(Epoch)
        /// The validators of the epoch after this one are known.
        case announced(Epoch, ValidatorSet)
        case block(PeerID)
        /// Validators are elsewhere than the application said when it was asked.
        case moved([(PeerID, PeerAddress)])
    }

    static let depth = 65_536

    let batches = Mailbox<JournalBatch>(capacity: depth, overflow: .refuseNewest)
    let builds = Mailbox<BuildRequest>(capacity: 1, overflow: .dropOldest)
    let work = Mailbox<Work>(capacity: depth, overflow: .refuseNewest)
    let deliveries = Mailbox<Delivered>(capacity: depth, overflow: .refuseNewest)
    let services = Mailbox<Service>(capacity: depth, overflow: .refuseNewest)
    /// The machine waits for the newest only.
    let recalls = Mailbox<Recall>(capacity: 1, overflow: .dropOldest)
    /// Blocks below the newest of these are old.
    let oldBlocks = Mailbox<Height>(capacity: 1, overflow: .dropOldest)
    let standings = Mailbox<Standing>(capacity: depth, overflow: .refuseNewest)
    /// Told once something was left out.
    let overrun = Mailbox<Void>(capacity: 1, overflow: .dropOldest)

    func offer(_ batch: JournalBatch) { check(batches.offer(batch)) }
    func offer(_ request: BuildRequest) { _ = builds.offer(request) }
    func offer(_ work: Work) { check(self.work.offer(work)) }
    func offer(_ delivered: Delivered) { check(deliveries.offer(delivered)) }
    func offer(_ service: Service) { check(services.offer(service)) }
    func offer(_ recall: Recall) { _ = recalls.offer(recall) }
    func offer(oldBlocksBelow height: Height) { _ = oldBlocks.offer(height) }
    func offer(_ standing: Standing) { check(standings.offer(standing)) }

    private func check(_ isTaken: Bool) {
        if !isTaken { _ = overrun.offer(()) }
    }

    func close() {
        batches.close()
        builds.close()
        work.close()
        deliveries.close()
        services.close()
        recalls.close()
        oldBlocks.close()
        standings.close()
        overrun.close()
    }
}
