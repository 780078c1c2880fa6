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
}
