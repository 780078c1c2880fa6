import ConclaveCryptography
import Testing

@testable import ConclaveChain

@Suite struct RosterTests {
    static func seat(_ number: Int, weight: UInt64 = 5) -> Roster.Seat {
        .init(contact: Town.contact(number), weight: weight, account: Town.key(number))
    }

    let roster = Roster(epoch: 3, seats: (0..<5).map { seat($0, weight: UInt64($0) + 1) })

    @Test func `seats are in the order of their network keys, whatever order they came in`() {
        let keys = roster.seats.map(\.contact.networkKey)
        #expect(keys == keys.sorted())
        let turned = Roster(epoch: 3, seats: roster.seats.reversed())
        #expect(turned == roster && turned.digest == roster.digest)
        #expect(roster.weight == 15)
        for seat in roster.seats { #expect(roster.seat(of: seat.contact.networkKey) == seat) }
        #expect(roster.seat(of: Town.networkKeys[9].publicKey) == nil)
    }

    @Test func `hostile bytes are an error or another roster`() {
        Hostile.check(Roster(epoch: 3, seats: [Self.seat(0), Self.seat(1)]))
    }

    @Test func `another epoch, seat or weight is another digest`() {
        let others = [
            Roster(epoch: 4, seats: roster.seats),
            Roster(epoch: 3, seats: roster.seats.dropLast()),
            Roster(epoch: 3, seats: roster.seats.dropLast() + [Self.seat(4, weight: 6)]),
        ]
        #expect(Set(others.map(\.digest) + [roster.digest]).count == 4)
    }
}
