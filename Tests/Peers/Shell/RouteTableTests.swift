import ConclavePeersCore
import ConclaveTestSockets
import ConclaveTransport
import Testing

@testable import ConclavePeers

struct RouteTableTests {
    private func route(_ number: Int, generation: UInt64 = 0) -> Route {
        let outbox = Outbox(messagesMax: 1, bytesMax: 4_096, quotas: [])
        return Route(
            peer: peer(number), generation: generation, outbox: outbox, executor: ManualExecutor(),
            link: Wakes())
    }

    @Test func `routes stand in ascending order, in whatever order they come`() {
        for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1], [2, 1, 3]] {
            let table = order.reduce(RouteTable()) { $0.adding(route($1)) }
            #expect(table.routes.map(\.peer) == [peer(1), peer(2), peer(3)])
            for number in 1...3 { #expect(table.place(of: peer(number)) == number - 1) }
            #expect(table.place(of: peer(4)) == nil)
        }
    }

    @Test func `a newer route stays when the older comes after it, and when that goes`() {
        let newer = route(2, generation: 8), older = route(2, generation: 7)
        let table = RouteTable().adding(newer).adding(older)
        #expect(table.routes.count == 1)
        #expect(table.routes[0] === newer)
        #expect(table.removing(peer(2), generation: 7).routes.count == 1)
    }

    @Test func `a newer route to the same peer takes the place of the older`() {
        let older = route(2), newer = route(2)
        let table = RouteTable().adding(route(1)).adding(older).adding(newer)
        #expect(table.routes.count == 2)
        #expect(table.routes[1] === newer)
    }

    @Test func `removing the older leaves the newer where it is`() {
        let older = route(2, generation: 1), newer = route(2, generation: 2)
        let table = RouteTable().adding(older).adding(newer).removing(peer(2), generation: 1)
        #expect(table.routes.count == 1)
        #expect(table.routes[0] === newer)
        #expect(table.removing(peer(2), generation: 2).routes.isEmpty)
    }

    @Test func `a table that was handed out never changes`() {
        let before = RouteTable().adding(route(1))
        _ = before.adding(route(2))
        _ = before.removing(peer(1), generation: 0)
        #expect(before.routes.map(\.peer) == [peer(1)])
    }
}
