import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

@Suite struct SessionKeysTests {
    /// Equal bytes under one key and nonce are sealed into equal records, so a repetition would show.
    @Test func `A2 no key and nonce occur twice over a million records and a thousand reconnects`() throws {
        let pair = try HandshakePair(), remembered = SynCache(capacity: 2_000)
        var random = SplitMix64(seed: 2), seen = Set<UInt64>()
        for number in 0..<1_000 as Range<Int64> {
            let now = pair.dialerTime.advanced(by: .milliseconds(number))
            let dialing = try DialerHandshake.start(
                pair.dialer, listener: pair.listener.key.publicKey, ephemeral: ephemeral(&random), at: now)
            let opening = dialing.output, hello = opening.prefix(ListenerHandshake.helloBytes)
            let answer = try ListenerHandshake(pair.listener, hello: Array(hello)).received(
                syn: Array(opening.dropFirst(hello.count)), ephemeral: ephemeral(&random),
                limits: pair.limits,
                remembered: remembered, at: now)
            var dialer = try dialing.received(synAck: answer.output, limits: pair.limits, at: now)
            var listener = try answer.received(ack: dialer.output)
            for _ in 0..<500 {
                seen.insert(try dialer.keys.sealing.sealedNothing())
                seen.insert(try listener.sealing.sealedNothing())
            }
        }
        #expect(seen.count == 1_000_000)
    }

    @Test func `A6 each direction has a key of its own, and what comes back to its sender does not open`()
        throws
    {
        let pair = try HandshakePair(), (hello, syn) = try pair.opening()
        let answer = try pair.answer(hello: hello, syn: syn)
        var dialer = try pair.dial().received(
            synAck: answer.output, limits: pair.limits, at: pair.listenerTime)
        var listener = try answer.received(ack: dialer.output)
        let there = try dialer.keys.sealing.sealed("vote"), back = try listener.sealing.sealed("vote")
        #expect(there != back)
        #expect(throws: CryptoFault.forged) { try dialer.keys.opening.opened(there) }
        #expect(throws: CryptoFault.forged) { try listener.opening.opened(back) }
        #expect(try listener.opening.opened(there) == "vote")
        #expect(try dialer.keys.opening.opened(back) == "vote")
    }

    private func ephemeral(_ random: inout SplitMix64) throws -> EphemeralKey {
        try EphemeralKey(secret: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
}

extension SealingKey {
    /// The first half of the tag of an empty record.
    fileprivate mutating func sealedNothing() throws -> UInt64 {
        var tag: (UInt64, UInt64) = (0, 0)
        try unsafe withUnsafeMutableBytes(of: &tag) { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe seal(start, count: 0)
        }
        return tag.0
    }
}
