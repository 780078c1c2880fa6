import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport
import Testing

@testable import ConclavePeers

@Suite(.timeLimit(.minutes(1))) struct OutboxTests {
    private let channel = OutgoingChannel.of()

    private func outbox(messages: Int = 4, bytes: Int = 10_000, quota: ChannelQuota? = nil) -> Outbox {
        Outbox(messagesMax: messages, bytesMax: bytes, quotas: [quota])
    }

    private func offer(_ outbox: Outbox, bytes: Int = 10, at now: Instant? = nil) -> Outbox.Answer {
        outbox.offer([UInt8](repeating: 1, count: bytes), to: channel, priority: .normal, limitedNow: now)
    }

    private func refusal(_ answer: Outbox.Answer) -> Refusal? {
        if case .refused(let reason) = answer { reason } else { nil }
    }

    private func wakes(_ answer: Outbox.Answer) -> Bool {
        if case .accepted(true) = answer { true } else { false }
    }

    @Test func `the first message wakes the link, the next ones do not until it has taken them`() {
        let outbox = outbox()
        #expect(wakes(offer(outbox)))
        #expect(!wakes(offer(outbox)))
        #expect(drain(outbox) == 2)
        #expect(wakes(offer(outbox)))
    }

    @Test func `it is full at its number of messages, and has room again when they are sealed`() {
        let outbox = outbox()
        for _ in 0..<4 { #expect(refusal(offer(outbox)) == nil) }
        #expect(refusal(offer(outbox)) == .queueFull)
        #expect(outbox.counts.accepted == 4)
        #expect(outbox.counts.queued == 4)
        #expect(drain(outbox) == 4)
        #expect(outbox.counts == (4, 0, 0))
        #expect(refusal(offer(outbox)) == nil)
    }

    @Test func `it is full at its number of bytes, frames included`() {
        let outbox = outbox(messages: 100)
        #expect(refusal(offer(outbox, bytes: 4_990)) == nil)
        #expect(refusal(offer(outbox, bytes: 4_990)) == .queueFull)
        #expect(refusal(offer(outbox, bytes: 4_900)) == nil)
        #expect(outbox.counts.queuedBytes <= 10_000)
    }

    @Test func `a message as large as the bytes it may hold is taken when it is empty`() {
        let outbox = outbox(bytes: 10_000)
        #expect(refusal(offer(outbox, bytes: 10_000)) == nil)
        #expect(refusal(offer(outbox, bytes: 1)) == .queueFull)
        #expect(drain(outbox) == 1)
        #expect(refusal(offer(outbox, bytes: 1)) == nil)
    }

    @Test func `what a quota does not allow is refused with the time at which it does`() throws {
        let outbox = outbox(messages: 100, quota: ChannelQuota(Rate(2, per: .seconds(1))))
        #expect(refusal(offer(outbox, at: at(1_000))) == nil)
        #expect(refusal(offer(outbox, at: at(1_000))) == nil)
        #expect(refusal(offer(outbox, at: at(1_000))) == .limited(until: at(1_500)))
        #expect(refusal(offer(outbox, at: at(1_499))) == .limited(until: at(1_500)))
        #expect(refusal(offer(outbox, at: at(1_500))) == nil)
        #expect(outbox.counts.accepted == 3)
    }

    @Test func `a message that a full outbox refuses is not charged to the quota`() {
        let outbox = outbox(messages: 1, quota: ChannelQuota(Rate(2, per: .seconds(1))))
        #expect(refusal(offer(outbox, at: at(1_000))) == nil)
        for _ in 0..<5 { #expect(refusal(offer(outbox, at: at(1_000))) == .queueFull) }
        #expect(drain(outbox) == 1)
        #expect(refusal(offer(outbox, at: at(1_000))) == nil)
    }

    @Test func `a closed outbox has no connection behind it`() {
        let outbox = outbox()
        _ = offer(outbox)
        outbox.close()
        #expect(refusal(offer(outbox)) == .notConnected)
        #expect(outbox.counts.accepted == 1)
    }

    @Test func `who waits for room goes on when half of it is sealed`() async {
        let outbox = outbox()
        for _ in 0..<4 { _ = offer(outbox) }
        async let waiting: Void = outbox.room()
        #expect(drain(outbox) == 4)
        await waiting
        await outbox.room()
    }

    @Test func `who waits for room goes on when the outbox closes`() async {
        let outbox = outbox()
        for _ in 0..<4 { _ = offer(outbox) }
        async let waiting: Void = outbox.room()
        outbox.close()
        await waiting
    }

    @Test func `who waits for room goes on when its task is cancelled`() async {
        let outbox = outbox()
        for _ in 0..<4 { _ = offer(outbox) }
        let waiting = Task { await outbox.room() }
        waiting.cancel()
        await waiting.value
        #expect(outbox.counts.queued == 4)
    }

    @Test func `a ping is no message and finds room in a full outbox`() {
        let outbox = outbox()
        for _ in 0..<4 { _ = offer(outbox) }
        outbox.appendPing()
        #expect(outbox.counts.queued == 4)
        #expect(drain(outbox) == 4)
        #expect(outbox.counts == (4, 0, 0))
    }
}
