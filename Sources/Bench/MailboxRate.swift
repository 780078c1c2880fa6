import ConclaveArguments
import ConclavePrimitives
import ConclaveRuntime

/// Messages a second from a task on one loop to a task on another, through a mailbox: offered one by one, and
/// in batches. A sender that is refused lets others run before it tries again.
enum MailboxRate {
    static let name = "mailbox"
    /// Messages offered with one lock.
    private static let batch = 64

    static func run(_ options: BenchOptions, _ context: Context) async throws -> Int32 {
        var single: [Double] = [], batched: [Double] = []
        for _ in 0..<options.rounds {
            single.append(
                await round(options, context) { mailbox in
                    for number in 0..<UInt64(256) where !mailbox.offer(number) { return false }
                    return true
                })
            let messages = Array(0..<UInt64(batch))
            batched.append(
                await round(options, context) { mailbox in
                    mailbox.offer(contentsOf: messages) == batch
                })
        }
        let line: JSONLine = [
            "benchmark": .string(name), "messagesPerSecond": .number(median(single), decimals: 1),
            "batchedMessagesPerSecond": .number(median(batched), decimals: 1),
        ]
        let text = "\(Int(median(single))) messages a second, \(Int(median(batched))) in batches of \(batch)"
        BenchProgram.say(options.isJSON ? line.text : "mailbox: " + text)
        return 0
    }

    /// What the reader gets a second while `offer`, which says whether all was accepted, is called again and
    /// again on another thread.
    private static func round(
        _ options: BenchOptions, _ context: Context, _ offer: @escaping @Sendable (Mailbox<UInt64>) -> Bool
    ) async -> Double {
        let mailbox = Mailbox<UInt64>(capacity: 65_536, overflow: .refuseNewest)
        let end = context.clock.now.advanced(by: options.duration)
        context.spawn("producer", on: context.executors[1]) { context in
            while context.clock.now < end {
                if !offer(mailbox) { await Task.yield() }
            }
            mailbox.close()
        }
        var messages: [UInt64] = []
        var count = 0
        let start = context.clock.now
        while await mailbox.take(into: &messages) { count += messages.count }
        return Double(count) / start.duration(to: context.clock.now).inSeconds
    }
}
