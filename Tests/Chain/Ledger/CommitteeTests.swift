import ConclaveCryptography
import Testing

@testable import ConclaveChain

@Suite struct CommitteeTests {
    static func seat(_ number: Int, weight: UInt64 = 5) -> Committee.Seat {
        .init(contact: Town.contact(number), weight: weight, account: Town.key(number))
    }

    let committee = Committee(epoch: 3, seats: (0..<5).map { seat($0, weight: UInt64($0) + 1) })

    @Test func `seats are in the order of their network keys, whatever order they came in`() {
        let keys = committee.seats.map(\.contact.networkKey)
        #expect(keys == keys.sorted())
        let turned = Committee(epoch: 3, seats: committee.seats.reversed())
        #expect(turned == committee && turned.digest == committee.digest)
        #expect(committee.weight == 15)
        for seat in committee.seats { #expect(committee.seat(of: seat.contact.networkKey) == seat) }
        #expect(committee.seat(of: Town.networkKeys[9].publicKey) == nil)
    }

    @Test func `hostile bytes are an error or another committee`() {
        Hostile.check(Committee(epoch: 3, seats: [Self.seat(0), Self.seat(1)]))
    }

    @Test func `another epoch, seat or weight is another digest`() {
        let others = [
            Committee(epoch: 4, seats: committee.seats),
            Committee(epoch: 3, seats: committee.seats.dropLast()),
            Committee(epoch: 3, seats: committee.seats.dropLast() + [Self.seat(4, weight: 6)]),
        ]
        #expect(Set(others.map(\.digest) + [committee.digest]).count == 4)
    }
}
