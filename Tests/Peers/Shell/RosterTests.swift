import ConclavePrimitives
import Testing

@testable import ConclavePeers

struct RosterTests {
    @Test(arguments: [0, 1, 2, 7, 100]) func `it holds whom it was told, and nobody else`(count: Int) {
        let roster = Roster()
        #expect(!roster.holds(peer(1)))
        roster.replace(with: (0..<count).map { peer(2 * $0 + 1) })
        for number in 0...(2 * count + 1) {
            #expect(roster.holds(peer(number)) == (number % 2 == 1 && number < 2 * count))
        }
    }

    @Test func `it counts by peer what found no link, and forgets who is tracked no more`() {
        let roster = Roster()
        #expect(!roster.miss(peer(1)))
        roster.replace(with: [peer(1), peer(2), peer(3)])
        for number in [1, 2, 2, 4] { #expect(roster.miss(peer(number)) == (number < 4)) }
        #expect(roster.missed.map(\.key) == [peer(1), peer(2)])
        #expect(roster.missed.map(\.value) == [1, 2])
        roster.replace(with: [peer(2), peer(4)])
        #expect(roster.missed.map(\.key) == [peer(2)])
        roster.replace(with: [peer(1), peer(2)])
        #expect(roster.missed.map(\.value) == [2])
    }
}
