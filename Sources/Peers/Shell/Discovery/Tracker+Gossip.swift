import ConclaveCodec
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// Discovery: what peers tell each other of where they are.
extension Tracker {
    /// From a link.
    nonisolated func tell(_ note: GossipNote) {
        gossip.offer(note)
    }

    /// Reads what links tell until the network shuts down.
    func runGossip() async {
        while let note = await gossip.next() {
            // A link that was replaced has nothing more to say.
            if holders[note.link.peer]?.link === note.link { take(note) }
        }
    }

    /// A dial of ours ended.
    func dialed(_ peer: PeerID, at ingress: Ingress, _ result: DialResult) {
        directory.dialed(peer, at: ingress, result)
    }

    private func take(_ note: GossipNote) {
        switch note {
        case .vectorDue(let link):
            // The first vector waits for the first set: a peer answers it at once, the next after a period.
            if directory.newest == nil, holders[link.peer]?.awaitsSet == nil {
                return update(link.peer) { $0.awaitsSet = true }
            }
            update(link.peer) { $0.awaitsSet = false }
            sendVector(link)
        case .learned(let believed, let link):
            update(link.peer) { $0.hasGreeted = true }
            if directory.learn(believed) { haveNews() }
        case .vector(let vector, let link): answer(vector, link)
        case .peers(let list, let link): hear(list, link)
        }
    }

    func sendVector(_ link: Link) {
        let vector = directory.vector(
            for: link.peer, within: link.gossipLimits, connected: hasGreeted, using: &random)
        link.send(.bitVector(vector))
    }

    private func answer(_ vector: BitVector, _ link: Link) {
        do throws(PeerFault) {
            let records = try directory.answer(
                to: vector, from: link.peer, connected: hasGreeted, at: context.clock.wallTime, using: &random
            )
            let list = PeerList(records, within: link.gossipLimits ?? configuration.gossipLimits)
            if !list.records.isEmpty { link.send(.peers(list)) }
        } catch {
            context.log.warning(
                "a peer has another peer set than we under the same index",
                ["peer": "\(link.peer)", "index": "\(vector.index)"])
            link.end(.protocolError(error))
        }
    }

    private func hear(_ list: PeerList, _ link: Link) {
        do throws(PeerFault) {
            if try directory.heard(list.records, at: context.clock.wallTime) { haveNews() }
        } catch {
            link.end(.protocolError(error))
        }
    }

    /// Whether `peer` is connected and has said where it is.
    private func hasGreeted(_ peer: PeerID) -> Bool { holders[peer]?.hasGreeted ?? false }

    private func haveNews() {
        schedule.directoryChanged()
        wakeDialer()
        wakeKeeper()
    }
}
