import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import Testing

@Suite struct ChainEndpointTests {
    let window = Window()

    func get(_ path: String) async -> ChainAnswer {
        await ChainEndpoint.answer(ChainRequest(.get, path), from: window)
    }

    func post(_ text: String) async -> ChainAnswer {
        await ChainEndpoint.answer(
            ChainRequest(.post, "/chain/transaction", body: Array(text.utf8)), from: window)
    }

    func post(_ signed: SignedTransaction) async -> ChainAnswer { await post(Hex.text(signed.encoded)) }

    @Test func `a transaction is sent, waits, and is final with its block`() async {
        let signed = Town.signed(5, nonce: 0, .bond(amount: 50, Town.proven(5, for: 5)))
        let sent = await post(Hex.text(signed.encoded) + "\r\n")
        #expect(sent.status == 202)
        #expect(sent.body == #"{"hash":"\#(signed.hash)","state":"waiting"}"#)
        let contact =
            #""networkKey":"\#(Town.contact(5).networkKey)","address":"127.0.0.1:4005"}"#
        let waiting = await get("/chain/transactions/\(signed.hash)")
        #expect(
            waiting.body
                == #"{"hash":"\#(signed.hash)","state":"waiting","height":null,"index":null,"#
                + #""sender":"\#(Town.key(5))","nonce":0,"operation":"bond","amount":50,"# + contact)
        window.makeBlock()
        let final = await get("/chain/transactions/\(signed.hash)")
        #expect(final.status == 200)
        #expect(
            final.body
                == #"{"hash":"\#(signed.hash)","state":"final","height":1,"index":0,"#
                + #""sender":"\#(Town.key(5))","nonce":0,"operation":"bond","amount":50,"# + contact)
        let account = await get("/chain/accounts/\(Town.key(5))")
        #expect(
            account.body
                == #"{"key":"\#(Town.key(5))","height":1,"balance":950,"stake":50,"nonce":1,"nextNonce":1,"#
                + #""networkKey":"\#(Town.contact(5).networkKey)","address":"127.0.0.1:4005","#
                + #""unbonding":[]}"#)
    }

    @Test func `an account shows what waits and what is on its way back`() async {
        _ = await post(Town.signed(0, nonce: 0, .unbond(amount: 30)))
        window.makeBlock()
        _ = await post(Town.signed(0, nonce: 1, .transfer(to: Town.key(1), amount: 1)))
        let account = await get("/chain/accounts/\(Town.key(0))")
        #expect(account.body.contains(#""stake":70,"nonce":1,"nextNonce":2"#))
        #expect(account.body.hasSuffix(#""unbonding":[{"amount":30,"epoch":2}]}"#))
    }

    @Test func `a block shows its header, its certificate and its transactions while they are kept`() async {
        let signed = Town.signed(5, nonce: 0, .transfer(to: Town.key(1), amount: 1))
        _ = await post(signed)
        for _ in 0..<3 { window.makeBlock() }
        let first = await get("/chain/blocks/1")
        #expect(
            first.body
                == #"{"height":1,"epoch":0,"header":"0101","certificate":"02","descendants":[],"#
                + #""nextSet":null,"bodyBytes":164,"#
                + #""transactions":["\#(signed.hash)"]}"#)
        let second = await get("/chain/blocks/2")
        #expect(
            second.body
                == #"{"height":2,"epoch":0,"header":"0102","certificate":"02","descendants":[],"#
                + #""nextSet":null,"bodyBytes":null,"#
                + #""transactions":null}"#)
        let third = await get("/chain/blocks/3")
        #expect(await get("/chain/blocks/latest") == third && third.status == 200)
        #expect(await get("/chain/blocks/4").status == 404)
        #expect(await get("/chain/blocks/0").status == 404)
    }

    @Test func `the validators are those of the epoch that runs, and the next once they are announced`() async
    {
        let first = await get("/chain/validators")
        #expect(first.body.contains(#""height":0,"#) && first.body.contains(#""supply":8300,"epoch":0,"#))
        #expect(first.body.contains(#""firstHeight":1,"announcementHeight":6,"lastHeight":10,"#))
        #expect(first.body.hasSuffix(#""nextValidators":null}"#))
        _ = await post(Town.signed(5, nonce: 0, .bond(amount: 50, Town.proven(5, for: 5))))
        for _ in 0..<6 { window.makeBlock() }
        let seat =
            #"{"networkKey":"\#(Town.contact(5).networkKey)","address":"127.0.0.1:4005","weight":50,"#
            + #""account":"\#(Town.key(5))"}"#
        let announced = await get("/chain/validators").body.split(separator: "nextValidators")
        #expect(announced.count == 2 && !announced[0].contains(seat) && announced[1].contains(seat))
        for _ in 0..<4 { window.makeBlock() }
        let handedOver = await get("/chain/validators").body
        #expect(handedOver.contains(#""epoch":1,"firstHeight":11"#) && handedOver.contains(seat))
        #expect(handedOver.hasSuffix(#""nextValidators":null}"#))
    }

    @Test func `a transaction that is refused says why, in a status, a name and a sentence`() async {
        let forged = SignedTransaction(
            Town.signed(0, nonce: 0, .unbond(amount: 1)).transaction, by: Town.keys[1], on: Town.chain)
        let cases: [(SignedTransaction, UInt32, String)] = [
            (forged, 409, "bad_signature"),
            (Town.signed(30, nonce: 0, .unbond(amount: 1)), 409, "unknown_account"),
            (Town.signed(0, nonce: 1, .unbond(amount: 1)), 409, "nonce_too_high"),
            (Town.signed(0, nonce: 0, .unbond(amount: 99)), 409, "stake_below_minimum"),
        ]
        for (signed, status, code) in cases {
            let answer = await post(signed)
            #expect(answer.status == status)
            #expect(answer.body.hasPrefix(#"{"error":"\#(code)","message":""#))
        }
        let signed = Town.signed(0, nonce: 0, .unbond(amount: 1))
        #expect(await post(signed).status == 202)
        #expect(await post(signed).body.hasPrefix(#"{"error":"known""#))
        window.content.withLock { content in
            var limits = MempoolLimits()
            limits.transactionsMax = 0
            content.mempool = Mempool(limits)
        }
        let full = await post(signed)
        #expect(full.status == 503 && full.body.hasPrefix(#"{"error":"full""#))
    }

    @Test func `what is not understood is told so`() async {
        let digits = String(repeating: "a", count: 64)
        let cases: [(String, UInt32)] = [
            ("/chain/accounts/xyz", 400), ("/chain/accounts/" + digits, 404), ("/chain/accounts", 404),
            ("/chain/accounts/\(digits)/more", 404), ("/chain/transactions/" + digits, 404),
            ("/chain/transactions/" + digits.dropLast(), 400), ("/chain/blocks/-1", 400),
            ("/chain/blocks/+1", 400), ("/chain/blocks/", 400), ("/chain/blocks/18446744073709551616", 400),
            ("/chain/blocks/18446744073709551615", 404), ("/chain", 404), ("/chain/", 404), ("", 404),
            ("/peers", 404), ("/chain/nothing", 404), ("/chain/transaction", 405),
            ("/chain/" + String(repeating: "a", count: 10_000), 404),
        ]
        for (path, status) in cases { #expect(await get(path).status == status, "\(path.prefix(80))") }
        let posted = await ChainEndpoint.answer(ChainRequest(.post, "/chain/validators"), from: window)
        #expect(posted.status == 405)
        let long = String(repeating: "a", count: ChainRequest.bodyBytesMax + 1)
        for text in [
            "", "x", "abc", "00", digits, long,
            Hex.text(Town.signed(0, nonce: 0, .unbond(amount: 1)).encoded) + "00",
        ] {
            #expect(await post(text).status == 400, "\(text.prefix(80))")
        }
    }

    @Test func `a broken disk is not a block that is not there`() async {
        window.makeBlock()
        window.content.withLock { $0.isBroken = true }
        let answer = await get("/chain/blocks/1")
        #expect(answer.status == 503 && answer.body.contains("not_readable"))
    }

    @Test func `every flipped bit of a transaction that is sent is refused`() async {
        let signed = Town.signed(0, nonce: 0, .transfer(to: Town.key(1), amount: 3))
        for bit in 0..<signed.encoded.count * 8 {
            var bytes = signed.encoded
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect((400...409).contains(await post(Hex.text(bytes)).status), "bit \(bit)")
        }
        #expect(window.content.withLock { $0.mempool.count } == 0)
    }
}
