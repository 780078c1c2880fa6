import ConclaveRuntime
import Testing

@Suite struct MailboxTests {
    @Test func `messages come out in the order in which they were accepted`() async {
        let mailbox = Mailbox<Int>(capacity: 100, overflow: .refuseNewest)
        for round in 0..<10 {
            for number in 0..<30 { #expect(mailbox.offer(round * 30 + number)) }
            for number in 0..<30 { #expect(await mailbox.next() == round * 30 + number) }
        }
        #expect(mailbox.count == 0)
    }

    @Test func `a full mailbox that refuses keeps what it has`() async {
        let mailbox = Mailbox<Int>(capacity: 2, overflow: .refuseNewest)
        #expect(mailbox.offer(1))
        #expect(mailbox.offer(2))
        #expect(!mailbox.offer(3))
        #expect(mailbox.count == 2)
        #expect(mailbox.lost == 1)
        #expect(await mailbox.next() == 1)
        #expect(mailbox.offer(4))
        #expect(await mailbox.next() == 2)
        #expect(await mailbox.next() == 4)
    }

    @Test func `a full mailbox that drops loses the oldest`() async {
        let mailbox = Mailbox<Int>(capacity: 3, overflow: .dropOldest)
        for number in 1...7 { #expect(mailbox.offer(number)) }
        #expect(mailbox.count == 3)
        #expect(mailbox.lost == 4)
        var batch = [99]
        #expect(await mailbox.take(into: &batch))
        #expect(batch == [5, 6, 7])
    }

    @Test func `a dropped message may ask the mailbox something while it ends`() {
        final class Message: Sendable {
            let mailbox: Mailbox<Message>
            let seen: Mailbox<Int>
            init(_ mailbox: Mailbox<Message>, _ seen: Mailbox<Int>) {
                self.mailbox = mailbox
                self.seen = seen
            }
            deinit { seen.offer(mailbox.count) }
        }
        let seen = Mailbox<Int>(capacity: 4, overflow: .refuseNewest)
        let mailbox = Mailbox<Message>(capacity: 1, overflow: .dropOldest)
        mailbox.offer(Message(mailbox, seen))
        mailbox.offer(Message(mailbox, seen))
        #expect(seen.poll() == 1)
        _ = mailbox.poll()
        #expect(seen.poll() == 0)
    }

    @Test func `closing loses nothing that was accepted, and accepts nothing more`() async {
        let mailbox = Mailbox<Int>(capacity: 8, overflow: .dropOldest)
        mailbox.offer(1)
        mailbox.offer(2)
        mailbox.close()
        #expect(!mailbox.offer(3))
        #expect(await mailbox.next() == 1)
        #expect(await mailbox.next() == 2)
        #expect(await mailbox.next() == nil)
        var batch = [99]
        #expect(await !mailbox.take(into: &batch))
        #expect(batch.isEmpty)
    }

    @Test func `closing wakes a reader that waits`() async throws {
        try await onRuntime { context in
            let mailbox = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            let reader = context.spawn("reader") { _ in #expect(await mailbox.next() == nil) }
            try await context.sleep(for: .milliseconds(1))
            mailbox.close()
            await reader.ended()
        }
    }

    @Test func `cancelling the reader ends its wait and takes no message along`() async throws {
        try await onRuntime(loops: 2) { context in
            let mailbox = Mailbox<Int>(capacity: 4, overflow: .refuseNewest)
            for round in 0..<500 {
                let reader = context.spawn("reader", on: context.executors[1]) { _ in
                    if let message = await mailbox.next() { mailbox.offer(message + 1_000_000) }
                }
                if round % 2 == 0 { try await context.sleep(for: .microseconds(1)) }
                reader.cancel()
                await reader.ended()
                #expect(mailbox.count == 0)
            }
            mailbox.offer(7)
            #expect(await mailbox.next() == 7)
        }
    }

    @Test func `a message offered while the reader is being cancelled is read or stays`() async throws {
        try await onRuntime(loops: 2) { context in
            for number in 0..<500 {
                let mailbox = Mailbox<Int>(capacity: 4, overflow: .refuseNewest)
                let seen = Mailbox<Int>(capacity: 4, overflow: .refuseNewest)
                let reader = context.spawn("reader", on: context.executors[1]) { _ in
                    if let message = await mailbox.next() { seen.offer(message) }
                }
                mailbox.offer(number)
                reader.cancel()
                await reader.ended()
                #expect(mailbox.count + seen.count == 1)
            }
        }
    }

    @Test(arguments: [1, 16, 1_024]) func `two threads exchange many messages`(capacity: Int) async throws {
        try await onRuntime(loops: 2) { context in
            let mailbox = Mailbox<Int>(capacity: capacity, overflow: .refuseNewest)
            let total = 20_000
            context.spawn("writer", on: context.executors[1]) { _ in
                for number in 0..<total {
                    while !mailbox.offer(number) { await Task.yield() }
                }
                mailbox.close()
            }
            var expected = 0
            for await number in mailbox {
                guard number == expected else { break }
                expected += 1
            }
            #expect(expected == total)
        }
    }
}
