import Testing

@testable import ConclaveChain

@Suite struct StakeRankingTests {
    @Test func `the largest stakes have the seats, of equal ones the smaller key`() {
        var ranking = StakeRanking()
        let stakes: [UInt64] = [5, 9, 5, 1, 9, 5]
        for (number, stake) in stakes.enumerated() {
            ranking.changed(
                Town.key(number), from: nil, to: Account(stake: stake, contact: Town.contact(number)))
        }
        let ranked = (0..<6).sorted { (stakes[$1], Town.key($0)) < (stakes[$0], Town.key($1)) }
        for count in 0...7 {
            let roster = ranking.roster(of: 1, seatsMax: count)
            #expect(Set(roster.seats.map(\.account)) == Set(ranked.prefix(count).map(Town.key)))
            #expect(roster.seats.allSatisfy { seat in stakes.contains(seat.weight) })
        }
    }

    @Test func `a stake that changes has one place, and none once it is nothing`() {
        var ranking = StakeRanking()
        var account = Account(stake: 5, contact: Town.contact(0))
        ranking.changed(Town.key(0), from: nil, to: account)
        for stake in [7, 7, 3] as [UInt64] {
            let next = Account(stake: stake, contact: Town.contact(0))
            ranking.changed(Town.key(0), from: account, to: next)
            account = next
            #expect(ranking.count == 1)
            #expect(ranking.roster(of: 1, seatsMax: 9).weight == stake)
        }
        ranking.changed(Town.key(0), from: account, to: Account())
        #expect(ranking.count == 0)
    }
}
