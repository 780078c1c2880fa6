import ConclavePeersCore
import ConclavePrimitives

/// Everyone who is connected, in ascending order. Never changes: a new table takes its place.
final class RouteTable: Sendable {
    let routes: [Route]
    private let peers: [PeerID]

    init(_ routes: [Route] = []) {
        self.routes = routes
        peers = routes.map(\.peer)
    }

    func place(of peer: PeerID) -> Int? { peers.ascendingPlace(of: peer) }

    /// A table with one route more, in place of an older one to the same peer; a newer one stays, whichever
    /// comes first.
    func adding(_ route: Route) -> RouteTable {
        if let place = place(of: route.peer), routes[place].generation > route.generation { return self }
        let others = routes.filter { $0.peer != route.peer }
        let place = others.firstIndex { $0.peer > route.peer } ?? others.count
        return RouteTable(others[..<place] + [route] + others[place...])
    }

    /// A table without this route; a newer one to the same peer stays.
    func removing(_ route: Route) -> RouteTable {
        RouteTable(routes.filter { $0 !== route })
    }
}
