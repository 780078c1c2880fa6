import ConclavePeersCore
import ConclaveRuntime

/// Knows the way to everyone who is connected. Senders read the table it keeps; only it writes there.
actor Router {
    private nonisolated let executor: any RuntimeExecutor
    private nonisolated let routes: Routes
    private var table = RouteTable()

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(routes: Routes, on executor: any RuntimeExecutor) {
        self.routes = routes
        self.executor = executor
    }

    func add(_ route: Route) {
        table = table.adding(route)
        routes.replace(with: table)
    }

    func remove(_ ticket: ReservationTicket) {
        table = table.removing(ticket.peer, generation: ticket.generation)
        routes.replace(with: table)
    }
}
