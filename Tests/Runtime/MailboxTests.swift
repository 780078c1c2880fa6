import CConclaveAllocations
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

    @Test func `the more urgent comes first, and each urgency keeps its order`() async {
        let mailbox = Mailbox<String>(capacity: 4, overflow: .refuseNewest)
        mailbox.offer("background 1", .background)
        mailbox.offer("normal 1")
        mailbox.offer("background 2", .background)
        mailbox.offer("urgent 1", .urgent)
        mailbox.offer("urgent 2", .urgent)
        #expect(await mailbox.next() == "urgent 1")
        mailbox.offer("normal 2")
        var batch: [String] = []
        #expect(await mailbox.take(into: &batch))
        #expect(batch == ["urgent 2", "normal 1", "normal 2", "background 1", "background 2"])
    }

    @Test func `a flood of one urgency takes no room from another`() {
        let mailbox = Mailbox<Int>(capacity: 2, bytes: 10, overflow: .refuseNewest, weight: { $0 })
        while mailbox.offer(5, .background) {}
        #expect(mailbox.offer(10, .urgent))
        #expect(mailbox.offer(10))
        #expect(!mailbox.offer(1, .urgent))
        #expect(mailbox.bytes == 30)
        #expect(mailbox.lost == 2)
    }

    @Test func `what is heavier than the bound is refused, and drops nobody`() {
        let mailbox = Mailbox<Int>(capacity: 8, bytes: 10, overflow: .dropOldest, weight: { $0 })
        #expect(mailbox.offer(4))
        #expect(!mailbox.offer(11))
        #expect(mailbox.count == 1)
        #expect(mailbox.offer(10))
        #expect(mailbox.count == 1)
        #expect(mailbox.lost == 2)
    }

    @Test func `the latest of a key takes the place of the first`() async {
        let mailbox = Mailbox<(key: String, value: Int)>(capacity: 2, overflow: .keepLatest { $0.key })
        #expect(mailbox.offer(("height", 1)))
        #expect(mailbox.offer(("round", 1)))
        #expect(mailbox.offer(("height", 2)))
        #expect(!mailbox.offer(("view", 1)), "no room for a third key")
        #expect(mailbox.lost == 1)
        #expect(mailbox.combined == 1)
        #expect(await mailbox.next()?.value == 2)
        #expect(mailbox.offer(("height", 3)), "which waits no longer, and goes to the end")
        #expect(await mailbox.next()?.key == "round")
        #expect(await mailbox.next()?.value == 3)
    }

    @Test func `what is merged waits once`() async {
        let mailbox = Mailbox<Set<Int>>(
            capacity: 1,
            overflow: .merge { _ in
                0
            } _: {
                $0.formUnion($1)
            })
        for number in 0..<10 { #expect(mailbox.offer([number, number + 1])) }
        #expect(mailbox.count == 1)
        #expect(await mailbox.next() == Set(0...10))
    }

    @Test func `a closed mailbox takes no batch and combines nothing`() async {
        let mailbox = Mailbox<Int>(capacity: 4, overflow: .keepLatest { _ in 0 })
        #expect(mailbox.offer(1))
        mailbox.close()
        #expect(!mailbox.offer(2))
        #expect(mailbox.offer(contentsOf: [3, 4]) == 0)
        #expect(await mailbox.next() == 1)
        #expect(await mailbox.next() == nil)
    }

    @Test func `a batch wakes a reader that waits`() async throws {
        try await onRuntime(loops: 2) { context in
            let mailbox = Mailbox<Int>(capacity: 8, overflow: .refuseNewest)
            let reader = context.spawn("reader", on: context.executors[1]) { _ in
                var sum = 0
                for await number in mailbox { sum += number }
                #expect(sum == 10)
            }
            try await context.sleep(for: .milliseconds(1))
            #expect(mailbox.offer(contentsOf: [1, 2, 3, 4]) == 4)
            mailbox.close()
            await reader.ended()
        }
    }

    /// Unoptimised code allocates for every generic call, and a sanitizer's allocator does not count.
    private static var canCount: Bool {
        #if DEBUG
            false
        #else
            conclave_allocations() >= 0
        #endif
    }

    @Test(.enabled(if: canCount, "for an optimised build: make allocations"))
    func `a message costs no allocation`() async throws {
        try await onRuntime { _ in
            let before = conclave_allocations()
            let witnesses = (0..<10).map { _ in Mailbox<Int>(capacity: 1, overflow: .refuseNewest) }
            #expect(conclave_allocations() - before >= witnesses.count, "what is allocated must be seen")

            // A batch that drops others, one after another, needs memory once for all of them.
            let batches = 1_000 as Int64
            let rules: [(Overflow<Int>, atMost: Int64)] = [
                (.refuseNewest, 0), (.dropOldest, batches), (.keepLatest { $0 % 100 }, batches),
                (.merge(by: { $0 % 100 }, { waiting, newest in waiting = max(waiting, newest) }), 0),
            ]
            for (overflow, limit) in rules {
                let counted = Mailbox(capacity: 128, overflow: overflow)
                var allocations = await Self.allocations(of: counted)
                #expect(allocations <= limit)
                let weighed = Mailbox(capacity: 128, bytes: 1_024, overflow: overflow, weight: { _ in 8 })
                allocations = await Self.allocations(of: weighed)
                #expect(allocations <= limit)
            }
        }
    }

    /// Allocations of 1,000 turns of 20 single messages and a batch of 50, after as many that may.
    private static func allocations(of mailbox: Mailbox<Int>) async -> Int64 {
        var batch: [Int] = []
        var before: Int64 = 0
        let many = Array(0..<50)
        for round in 0..<2_000 {
            if round == 1_000 { before = conclave_allocations() }
            for number in 0..<20 { mailbox.offer(number, number % 2 == 0 ? .normal : .urgent) }
            for _ in 0..<10 { _ = await mailbox.next() }
            mailbox.offer(contentsOf: many)
            if round % 5 == 0 { _ = await mailbox.take(into: &batch) }
        }
        return conclave_allocations() - before
    }

    @Test(.enabled(if: canCount, "for an optimised build: make allocations"))
    func `waiting for a message costs no allocation`() async throws {
        try await onRuntime { context in
            let ping = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            let pong = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            context.spawn("pong") { _ in
                while let number = await ping.next() { pong.offer(number) }
            }
            var before: Int64 = 0
            for round in 0..<2_000 {
                if round == 1_000 { before = conclave_allocations() }
                ping.offer(round)
                #expect(await pong.next() == round)
            }
            // The checks of the test itself cost some; one a message would be a thousand more.
            #expect(conclave_allocations() - before < 500)
            ping.close()
        }
    }
}
