import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime

/// Everyone who is connected, in ascending order. Never changes: a new table takes its place.
final class RouteTable: Sendable {
    let routes: [Route]
    private let peers: [PeerID]

    init() {
        routes = []
        peers = []
    }

    private init(_ routes: [Route], _ peers: [PeerID]) {
        self.routes = routes
        self.peers = peers
    }

    /// Routes between the word and the use: about as much as one core can have under way.
    private static let distance = 4
    /// Cache lines of a route.
    private static let routeLines = 2

    /// Begins to load what a broadcast touches a few routes later: the outboxes of many peers are in no
    /// cache, and each would be waited for by itself.
    @inline(__always)
    func loadAhead(of place: Int) {
        let near = place + Self.distance, far = near + Self.distance
        if far < routes.count { MemoryHint(routes[far]).load(Self.routeLines) }
        if near < routes.count { routes[near].loadAhead() }
    }

    func place(of peer: PeerID) -> Int? { peers.ascendingPlace(of: peer) }

    /// A table with one route more, in place of an older one to the same peer; a newer one stays, whichever
    /// comes first.
    func adding(_ route: Route) -> RouteTable {
        var (routes, peers) = (routes, peers)
        if let place = place(of: route.peer) {
            if routes[place].generation > route.generation { return self }
            routes[place] = route
        } else {
            let place = peers.firstIndex { $0 > route.peer } ?? peers.count
            routes.insert(route, at: place)
            peers.insert(route.peer, at: place)
        }
        return RouteTable(routes, peers)
    }

    /// A table without the route to `peer` of this generation; a newer one to the same peer stays.
    func removing(_ peer: PeerID, generation: UInt64) -> RouteTable {
        guard let place = place(of: peer), routes[place].generation == generation else { return self }
        var (routes, peers) = (routes, peers)
        routes.remove(at: place)
        peers.remove(at: place)
        return RouteTable(routes, peers)
    }
}
