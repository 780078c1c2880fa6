internal import ConclaveConsensusCore
internal import ConclavePeers
internal import ConclavePeersCore
internal import ConclaveRuntime

/// Tells the oracle who may connect, as epochs begin and end, and refuses whom the machine blames.
struct PeerSetKeeper<Application: ConsensusApplication>: Sendable {
    /// What is tracked has an index for each of the three things that change it in an epoch, the same on
    /// all nodes.
    private enum Step: UInt64 { case entered, crossed, announced }

    let oracle: Oracle
    let application: Application
    let queues: EngineQueues

    func run() async throws {
        var sets = PeerSets()
        while let standing = await queues.standings.next() {
            switch standing {
            case .enter(let start):
                sets.enter(start.epoch, await application.peers(of: start.validators, epoch: start.epoch))
                try await track(sets, .entered)
            case .crossed:
                sets.crossed()
                try await track(sets, .crossed)
            case .announced(let epoch, let validators):
                guard epoch == sets.current?.epoch, !sets.isNextKnown else { continue }
                sets.announced(await application.peers(of: validators, epoch: epoch.next))
                try await track(sets, .announced)
            case .block(let peer): await oracle.block(peer)
            case .moved(let addresses):
                sets.move(addresses)
                await oracle.overwrite(addresses)
            }
        }
    }

    private func track(_ sets: PeerSets, _ step: Step) async throws {
        guard let set = sets.set, let epoch = sets.current?.epoch else { return }
        let index = epoch.number * 3 + step.rawValue + 1
        do throws(DirectoryFault) {
            try await oracle.track(index, set)
        } catch {
            // Crossing after the next set was announced: what is announced stays, and the former set with it.
            guard case .indexNotIncreasing = error else { throw error }
        }
    }
}
