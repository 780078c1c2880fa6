import ConclavePeersCore
import ConclavePrimitives
import Testing

@testable import ConclavePeers

struct ChannelQuotaTests {
    @Test func `a second's worth may come at once, then at the rate`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        for _ in 0..<10 { #expect(quota.take(1, at: at(5_000)) == nil) }
        #expect(quota.take(1, at: at(5_000)) == at(5_100))
        #expect(quota.take(1, at: at(5_099)) == at(5_100))
        #expect(quota.take(1, at: at(5_100)) == nil)
        #expect(quota.take(1, at: at(5_100)) == at(5_200))
    }

    @Test func `what came above the quota is owed and paid later`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        #expect(quota.charge(10, at: at(5_000)) == nil)
        #expect(quota.charge(5, at: at(5_000)) == at(5_500))
        #expect(quota.charge(0, at: at(5_200)) == at(5_500))
        #expect(quota.charge(0, at: at(5_500)) == nil)
        #expect(quota.charge(1, at: at(5_500)) == at(5_600))
    }

    @Test func `more than a burst is paid burst by burst`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        #expect(quota.charge(25, at: at(5_000)) == at(6_000))
        #expect(quota.charge(0, at: at(6_000)) == at(6_500))
        #expect(quota.charge(0, at: at(6_500)) == nil)
    }

    @Test func `an idle peer saves up one burst and no more`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        #expect(quota.charge(10, at: at(5_000)) == nil)
        for _ in 0..<10 { #expect(quota.take(1, at: at(90_000)) == nil) }
        #expect(quota.take(1, at: at(90_000)) != nil)
    }
}
