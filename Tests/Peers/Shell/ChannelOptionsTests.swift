import Testing

@testable import ConclavePeers

struct ChannelOptionsTests {
    @Test(arguments: [0, -1, 1_048_577]) func `a backlog out of range is named`(backlog: Int) {
        #expect(throws: ChannelFault.backlogOutOfRange(backlog)) { try ChannelOptions(backlog: backlog) }
    }

    @Test(arguments: [0, -1, 1_000_000_001]) func `a quota out of range is named`(quota: Int) {
        #expect(throws: ChannelFault.quotaOutOfRange(quota)) { try ChannelOptions(messagesPerSecond: quota) }
    }

    @Test(arguments: [0, -1, 1_000_000_000_001]) func `a quota of bytes out of range is named`(quota: Int) {
        #expect(throws: ChannelFault.byteQuotaOutOfRange(quota)) {
            try ChannelOptions(bytesPerSecond: quota)
        }
    }

    @Test(arguments: [1, 1_048_576]) func `the ends of the ranges are good`(backlog: Int) throws {
        #expect(try ChannelOptions(backlog: backlog, messagesPerSecond: 1_000_000_000).backlog == backlog)
        #expect(try ChannelOptions(bytesPerSecond: 1_000_000_000_000).backlog == 1_024)
    }

    @Test func `without a word nothing is limited and a full lane drops`() throws {
        let options = try ChannelOptions()
        #expect(!options.hasQuota)
        #expect(options.overflow == .dropNewest)
    }
}
