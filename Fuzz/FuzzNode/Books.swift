internal import ConclaveFuzzing
internal import ConclavePeers
internal import ConclavePeersCore
internal import ConclaveTestSockets
internal import ConclaveTransport

/// What the node says of itself, held against what was seen from outside.
enum Books {
    static func check(_ node: FuzzedNode, _ post: Post, _ ends: [FarEnd]) throws(Finding) {
        let snapshot = try node.snapshot()
        try checkMessages(snapshot, post)
        try checkLinks(snapshot, ends)
        let bound = node.peers.memoryBound(peers: People.count)
        // What has arrived in pieces, or for a channel that drops nothing, is held in any case.
        try expect(
            snapshot.heldBytes <= bound.queues + bound.arriving
                && snapshot.leasedBytes <= bound.budget + bound.arriving,
            "\(snapshot.heldBytes) bytes wait, and \(snapshot.leasedBytes) are leased")
    }

    private static func checkMessages(_ snapshot: NetworkSnapshot, _ post: Post) throws(Finding) {
        let total = snapshot.total
        try equal("accepted", total.accepted, post.accepted)
        try equal("offered", snapshot.offered, post.offered)
        try equal(
            "written, cut or waiting", total.written + total.cut + UInt64(snapshot.queuedMessages),
            total.accepted)
        try equal("queued and dropped", total.queued + total.laneFull + total.overBudget, total.received)
        try equal("handed out or waiting", snapshot.delivered + UInt64(snapshot.waiting), total.queued)
        try equal("handed out", snapshot.delivered, post.read)
        try equal(
            "undelivered", snapshot.undelivered.byReason.reduce(0) { $0 + $1.count },
            post.offered - post.accepted + total.cut + total.received - snapshot.delivered
                - UInt64(snapshot.waiting))
        // Of a record that is written in part, messages may have been heard already: what they are is told
        // when all of it is written, or never will be.
        try expect(total.written <= post.heard, "\(total.written) written, and \(post.heard) heard")
        if snapshot.links.isEmpty { try equal("written", total.written, post.heard) }
    }

    private static func checkLinks(_ snapshot: NetworkSnapshot, _ ends: [FarEnd]) throws(Finding) {
        for link in snapshot.links {
            try equal("accepted", link.tally.written + UInt64(link.queuedMessages), link.tally.accepted)
        }
        let open = ends.filter { !$0.stream.isClosed }
        try expect(
            snapshot.links.count <= open.count(where: \.isShaken),
            "\(snapshot.links.count) links on \(open.count(where: \.isShaken)) connections")
        let peers = Set(open.map(\.who))
        try expect(
            snapshot.reservations <= peers.count,
            "\(snapshot.reservations) are reserved, and \(peers.count) are connected")
    }

    private static func equal(_ what: String, _ value: UInt64, _ wanted: UInt64) throws(Finding) {
        try expect(value == wanted, "\(what) is \(value), and not \(wanted)")
    }
}
