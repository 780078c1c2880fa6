import ConclavePeersCore
import ConclavePrimitives
import Testing

@testable import ConclavePeers

struct ChannelQuotaTests {
    @Test func `a second's worth may come at once, then at the rate`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        for _ in 0..<10 { #expect(quota.take(bytes: 1, at: at(5_000)) == nil) }
        #expect(quota.take(bytes: 1, at: at(5_000)) == at(5_100))
        #expect(quota.take(bytes: 1, at: at(5_099)) == at(5_100))
        #expect(quota.take(bytes: 1, at: at(5_100)) == nil)
        #expect(quota.take(bytes: 1, at: at(5_100)) == at(5_200))
    }

    @Test func `what came above the quota is owed and paid later`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        #expect(quota.charge(messages: 10, cost: 0, at: at(5_000)) == nil)
        #expect(quota.charge(messages: 5, cost: 0, at: at(5_000)) == at(5_500))
        #expect(quota.charge(messages: 0, cost: 0, at: at(5_200)) == at(5_500))
        #expect(quota.charge(messages: 0, cost: 0, at: at(5_500)) == nil)
        #expect(quota.charge(messages: 1, cost: 0, at: at(5_500)) == at(5_600))
    }

    @Test func `more than a burst is paid burst by burst`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        #expect(quota.charge(messages: 25, cost: 0, at: at(5_000)) == at(6_000))
        #expect(quota.charge(messages: 0, cost: 0, at: at(6_000)) == at(6_500))
        #expect(quota.charge(messages: 0, cost: 0, at: at(6_500)) == nil)
    }

    @Test func `an idle peer saves up one burst and no more`() {
        var quota = ChannelQuota(Rate(10, per: .seconds(1)))
        #expect(quota.charge(messages: 10, cost: 0, at: at(5_000)) == nil)
        for _ in 0..<10 { #expect(quota.take(bytes: 1, at: at(90_000)) == nil) }
        #expect(quota.take(bytes: 1, at: at(90_000)) != nil)
    }

    @Test func `bytes are charged with the frame around each message, so that empty ones are not free`() {
        var quota = ChannelQuota(messages: nil, bytes: Rate(200, per: .seconds(1)))
        for _ in 0..<10 { #expect(quota.take(bytes: 0, at: at(5_000)) == nil) }
        #expect(quota.take(bytes: 0, at: at(5_000)) == at(5_100))
        #expect(quota.take(bytes: 80, at: at(5_500)) == nil)
        #expect(quota.charge(messages: 1, cost: 20, at: at(5_500)) == at(5_600))
    }

    @Test func `of two quotas the one that is used up longer counts, and what is refused costs neither`() {
        var quota = ChannelQuota(messages: Rate(2, per: .seconds(1)), bytes: Rate(1_000, per: .seconds(1)))
        #expect(quota.take(bytes: 880, at: at(5_000)) == nil)
        #expect(quota.take(bytes: 180, at: at(5_000)) == at(5_100))
        #expect(quota.take(bytes: 30, at: at(5_000)) == nil)
        #expect(quota.take(bytes: 0, at: at(5_000)) == at(5_500))
        #expect(quota.take(bytes: 980, at: at(5_900)) == at(5_950))
    }

    @Test func `the largest message fits, however few bytes a second there are`() throws {
        let options = try ChannelOptions(bytesPerSecond: 10)
        var quota = try #require(options.quota(messageBytesMax: 80))
        #expect(quota.take(bytes: 80, at: at(50_000)) == nil)
        #expect(quota.take(bytes: 80, at: at(50_000)) == at(60_000))
        #expect(quota.take(bytes: 80, at: at(60_000)) == nil)
    }

    @Test func `what comes above both quotas is paid when the slower is`() {
        var quota = ChannelQuota(messages: Rate(10, per: .seconds(1)), bytes: Rate(100, per: .seconds(1)))
        #expect(quota.charge(messages: 15, cost: 300, at: at(5_000)) == at(6_000))
        #expect(quota.charge(messages: 0, cost: 0, at: at(6_000)) == at(7_000))
        #expect(quota.charge(messages: 0, cost: 0, at: at(7_000)) == nil)
    }
}
