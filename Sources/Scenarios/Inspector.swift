import Conclave
import ConclaveSimulation

/// Looks at validators from outside: bounds and books at any time, exact books when nobody speaks.
struct Inspector {
    let simulation: Simulation
    let ledger: Ledger

    /// What a link may hold beyond its outbox: sealed ahead of the socket.
    private static let writeAheadBytes = 1 << 20

    // MARK: At any time

    func inspect(_ validators: [Validator]) throws {
        for validator in validators {
            guard let network = validator.network else { continue }
            let snapshot = try snapshot(of: validator, network)
            for link in snapshot.links { try check(link, of: validator, network.configuration) }
            let waitingMax = validators.count * validator.backlog
            guard snapshot.waiting <= waitingMax else {
                throw StoryFailure("\(validator.node.name): \(snapshot.waiting) messages wait in its inbox")
            }
            let bound = network.memoryBound(peers: validators.count)
            guard snapshot.heldBytes <= bound.queues, snapshot.leasedBytes <= bound.budget else {
                throw StoryFailure("\(validator.node.name): \(snapshot.heldBytes) bytes wait, above \(bound)")
            }
            guard Set(snapshot.links.map(\.peer)).count == snapshot.links.count else {
                throw StoryFailure("\(validator.node.name) has two links to one peer")
            }
        }
    }

    private func check(_ link: LinkReport, of validator: Validator, _ bounds: Configuration) throws {
        guard link.tally.accepted == link.tally.written + UInt64(link.queuedMessages) else {
            throw StoryFailure("\(validator.node.name): a link's books do not balance, \(link)")
        }
        guard link.tally.channels.reduce(0, { $0 + $1.sent }) == link.tally.accepted,
            link.tally.channels.reduce(0, { $0 + $1.received }) == link.tally.received,
            link.tally.queued + link.tally.laneFull + link.tally.overBudget == link.tally.received
        else { throw StoryFailure("\(validator.node.name): a link's channels do not add up, \(link)") }
        guard link.queuedMessages <= 2 * bounds.outboxMessages,
            link.queuedBytes <= bounds.outboxBytes + Self.writeAheadBytes
        else { throw StoryFailure("\(validator.node.name): an outbox is above its bound, \(link)") }
    }

    func snapshot(of validator: Validator, _ network: PeerNetwork) throws -> NetworkSnapshot {
        let snapshot = try simulation.perform(on: validator.node) { _ in await network.snapshot() }
        guard let snapshot else { throw StoryFailure("\(validator.node.name) gives no snapshot") }
        return snapshot
    }

    /// Between each two validators there is one connection, dialled by one and accepted by the other.
    ///
    /// - Returns: what is otherwise; nil if that is so.
    func doubleLinks(among validators: [Validator]) -> String? {
        for (place, one) in validators.enumerated() {
            for other in validators[(place + 1)...] {
                let here = one.node.connections(to: other.node), there = other.node.connections(to: one.node)
                guard here == there, here.count == 1 else {
                    return "\(one.node.name) and \(other.node.name) have the connections \(here) and \(there)"
                }
            }
        }
        return nil
    }

    // MARK: When nobody speaks

    /// Offered = accepted + refused; accepted = written + cut + queued; received = delivered + waiting +
    /// dropped; what the validators say is what they did, and no reason is left out.
    func closeBooks(_ validators: [Validator]) throws {
        for validator in validators {
            guard let network = validator.network else { continue }
            let snapshot = try snapshot(of: validator, network), total = snapshot.total
            let count = ledger.count(of: validator.number, life: validator.life)
            try require("accepted", total.accepted, count.accepted, of: validator)
            try require("offered", snapshot.offered, count.accepted + count.refused, of: validator)
            try require(
                "undelivered", snapshot.undelivered.byReason.reduce(0) { $0 + $1.count },
                count.refused + total.cut + total.received - snapshot.delivered - UInt64(snapshot.waiting),
                of: validator)
            try require(
                "sent", total.written + total.cut + UInt64(snapshot.queuedMessages), total.accepted,
                of: validator)
            try require(
                "received", total.queued + total.laneFull + total.overBudget, total.received, of: validator)
            try require("queued", snapshot.delivered + UInt64(snapshot.waiting), total.queued, of: validator)
            try require("delivered", snapshot.delivered, count.heard, of: validator)
        }
    }

    private func require(_ what: String, _ value: UInt64, _ wanted: UInt64, of validator: Validator) throws {
        guard value == wanted else {
            throw StoryFailure("\(validator.node.name): \(what) is \(value) and not \(wanted)")
        }
    }

    // MARK: After the end

    /// No task, alarm, stream or acceptor is left.
    func requireNothing(of validators: [Validator]) throws {
        for validator in validators {
            let remains = validator.node.remains
            guard remains.isNothing else {
                let tree = validator.node.context.tree()
                throw StoryFailure(
                    "after the shutdown \(validator.node.name) still has \(remains): "
                        + "\(validator.node.alarmClients)\n\(tree)")
            }
        }
    }
}
