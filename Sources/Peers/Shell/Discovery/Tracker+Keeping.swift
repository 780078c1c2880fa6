import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// Discovery: what of the addresses outlives the process.
extension Tracker {
    /// Reads what an earlier process knew, and signs our own record, later than any of that process. Before
    /// the doors open.
    ///
    /// - Returns: where changes are to be kept; nil if they cannot be.
    func begin(key: SigningKey, at ingress: Ingress) async -> PeerStore? {
        let store = await openStore()
        let now = context.clock.wallTime
        let time = max(now, store.lastTime.map { $0.advanced(by: .milliseconds(1)) } ?? now)
        if time > now.advanced(by: configuration.synchronyBound) {
            context.log.warning(
                "our last address record is from the future; peers refuse us until then",
                ["milliseconds": "\(time.milliseconds - now.milliseconds)"])
        }
        let own = AddressRecord(ingress: ingress, time: time, key: key, namespace: configuration.namespace)
        directory.announce(own)
        greeting = .greeting(own)
        directory.remember(store.records)
        guard let kept = store.store else {
            directory.stopKeeping()
            return nil
        }
        do throws(StorageFailure) {
            try await kept.keep(ownTime: time)
            return kept
        } catch {
            return await giveUp(kept, error)
        }
    }

    private func openStore() async -> (store: PeerStore?, lastTime: WallTime?, records: [AddressRecord]) {
        if context.storage is NoStorage { return (nil, nil, []) }
        do throws(StorageFailure) {
            let store = try await PeerStore(in: context.storage)
            let most = configuration.trackedPeerSets * configuration.maxPeersPerSet
            return (store, try await store.ownTime, try await store.records(atMost: most))
        } catch {
            _ = await giveUp(nil, error)
            return (nil, nil, [])
        }
    }

    /// Keeps what changes, until the network shuts down; then what is left.
    func keep(in store: PeerStore) async {
        while true {
            let changes = directory.takeUnkept()
            guard !changes.isEmpty else {
                if Task.isCancelled { break }
                await somethingToKeep()
                continue
            }
            do throws(StorageFailure) {
                try await store.keep(changes)
            } catch {
                _ = await giveUp(store, error)
                return
            }
        }
        await store.close()
    }

    private func giveUp(_ store: PeerStore?, _ failure: StorageFailure) async -> PeerStore? {
        context.log.warning("addresses of peers are not kept", ["error": "\(failure.cause)"])
        directory.stopKeeping()
        await store?.close()
        return nil
    }

    private func somethingToKeep() async {
        let reply = Reply<Void>()
        idleKeeper = reply
        await withTaskCancellationHandler {
            await reply.answer()
        } onCancel: {
            reply.tell(())
        }
    }

    func wakeKeeper() {
        idleKeeper?.tell(())
    }
}
