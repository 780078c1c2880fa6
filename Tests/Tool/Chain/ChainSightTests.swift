import Testing

@testable import ConclaveTool

@Suite struct ChainSightTests {
    static let key = String(repeating: "ab", count: 32)
    static let other = String(repeating: "cd", count: 32)

    static func seat(_ key: String, weight: Int) -> String {
        #"{"networkKey":"\#(key)","address":"127.0.0.1:4005","weight":\#(weight),"account":"\#(other)"}"#
    }

    static func value<Value: Decodable>(_ text: String) throws -> Value {
        try #require(NodeSight.value(of: Array(text.utf8)))
    }

    @Test func `an account is shown with what waits and what is on its way back`() throws {
        let account: ChainSight.Account = try Self.value(
            #"{"key":"\#(Self.key)","height":1,"balance":950,"stake":50,"nonce":1,"nextNonce":3,"#
                + #""networkKey":"\#(Self.other)","address":"127.0.0.1:4005","#
                + #""unbonding":[{"amount":30,"epoch":2}]}"#)
        #expect(
            account.lines == [
                "key        \(Self.key)", "balance    950", "stake      50", "nonce      1",
                "waiting    2 transactions", "network    \(Self.other) at 127.0.0.1:4005",
                "unbonding  30, free from epoch 2 on",
            ])
        let plain: ChainSight.Account = try Self.value(
            #"{"key":"k","height":1,"balance":9,"stake":0,"nonce":1,"nextNonce":1,"networkKey":null,"#
                + #""address":null,"unbonding":[]}"#)
        #expect(plain.lines == ["key        k", "balance    9", "stake      0", "nonce      1"])
    }

    func validators(next: String) throws -> ChainSight.Validators {
        let seat = Self.seat(Self.key, weight: 5)
        return try Self.value(
            #"{"chain":"c","height":17,"stateRoot":"r","supply":9,"epoch":1,"firstHeight":11,"#
                + #""announcementHeight":16,"lastHeight":20,"validators":[\#(seat)],"#
                + #""nextValidators":\#(next)}"#)
    }

    @Test func `the validators that come and go stand in one table`() throws {
        #expect(
            try validators(next: "[\(Self.seat(Self.other, weight: 70))]").lines == [
                "height 17, epoch 1 of 11 to 20; the next set is announced",
                "network key  address         weight  next  account",
                "abababab…    127.0.0.1:4005       5     -  cdcdcdcd…",
                "cdcdcdcd…    127.0.0.1:4005       -    70  cdcdcdcd…",
            ])
        #expect(
            try validators(next: "null").lines == [
                "height 17, epoch 1 of 11 to 20; the next set is announced at 16",
                "network key  address         weight  next  account",
                "abababab…    127.0.0.1:4005       5     ?  cdcdcdcd…",
            ])
    }

    /// However far the chain has gone on since: what counts is the block that is shown.
    @Test(
        arguments: [
            (height: 0, length: 10, lasts: []), (height: 10, length: 10, lasts: []),
            (height: 11, length: 10, lasts: [10]), (height: 30, length: 10, lasts: [10, 20]),
            (height: 31, length: 10, lasts: [10, 20, 30]), (height: 31, length: 0, lasts: []),
            (height: .max, length: .max, lasts: []),
            (height: .max, length: .max / 2, lasts: [.max / 2, .max - 1]),
        ] as [(height: UInt64, length: UInt64, lasts: [UInt64])])
    func `the last blocks of the epochs before one are those that lead to it`(
        height: UInt64, length: UInt64, lasts: [UInt64]
    ) throws {
        let block: ChainSight.Block = try Self.value(
            #"{"height":\#(height),"epoch":0,"header":"","certificate":""}"#)
        #expect(Array(block.handOvers(epochLength: length).prefix(4)) == lasts)
    }

    @Test func `a block says whether its body is kept`() throws {
        let kept: ChainSight.Block = try Self.value(
            #"{"height":1,"epoch":0,"header":"01","certificate":"","bodyBytes":7,"transactions":["a","b"]}"#)
        #expect(
            kept.lines == [
                "height     1", "epoch      0", "body       7 bytes", "tx         a", "tx         b",
            ])
        let gone: ChainSight.Block = try Self.value(
            #"{"height":1,"epoch":0,"header":"01","certificate":"","bodyBytes":null,"transactions":null}"#)
        #expect(gone.lines.last == "body       no longer kept")
    }

    @Test func `a transaction says whether it is final, and what strangers wrote obeys nothing`() throws {
        let waiting: ChainSight.Transaction = try Self.value(
            #"{"hash":"h","state":"waiting","height":null,"index":null,"sender":"s\u001b[2J","nonce":4,"#
                + #""operation":"transfer","amount":3,"to":"t"}"#)
        #expect(
            waiting.lines == [
                "hash       h", "state      waiting for a block", "sender     s?[2J", "nonce      4",
                "does       transfer", "amount     3", "to         t",
            ])
        let final: ChainSight.Transaction = try Self.value(
            #"{"hash":"h","state":"final","height":9,"index":0,"sender":"s","nonce":4,"operation":"rotate","#
                + #""networkKey":"n","address":"1.2.3.4:5"}"#)
        #expect(final.lines.contains("state      final in block 9"))
        #expect(final.lines.last == "network    n at 1.2.3.4:5")
    }
}
