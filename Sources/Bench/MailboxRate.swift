import ConclaveArguments
import ConclavePrimitives
import ConclaveRuntime

/// Messages a second from a task on one loop to a task on another, through a mailbox.
enum MailboxRate {
    static let name = "mailbox"

    static func run(_ options: BenchOptions, _ context: Context) async throws -> Int32 {
        var rates: [Double] = []
        for _ in 0..<options.rounds { rates.append(await round(options, context)) }
        let line: JSONLine = [
            "benchmark": .string(name), "messagesPerSecond": .number(median(rates), decimals: 1),
        ]
        BenchProgram.say(options.isJSON ? line.text : "mailbox: \(Int(median(rates))) messages a second")
        return 0
    }

    private static func round(_ options: BenchOptions, _ context: Context) async -> Double {
        let mailbox = Mailbox<UInt64>(capacity: 65_536, overflow: .refuseNewest)
        let end = context.clock.now.advanced(by: options.duration)
        context.spawn("producer", on: context.executors[1]) { context in
            var number: UInt64 = 0
            while context.clock.now < end {
                for _ in 0..<256 where mailbox.offer(number) { number += 1 }
            }
            mailbox.close()
        }
        var batch: [UInt64] = []
        var count = 0
        let start = context.clock.now
        while await mailbox.take(into: &batch) { count += batch.count }
        return Double(count) / start.duration(to: context.clock.now).inSeconds
    }
}
