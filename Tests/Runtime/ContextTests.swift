import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Testing

@Suite struct ContextTests {
    struct Broken: Error, Equatable {
        let number: Int
    }

    static let forever = Duration.seconds(1_000)

    @Test func `names are paths, and children run where they were put`() async throws {
        try await onRuntime(loops: 2) { context in
            #expect(context.name == "test/body")
            let second = context.executors[1]
            let child = context.scope("peers").spawn("dialer", on: second) { context in
                #expect(context.name == "test/body/peers/dialer")
                #expect(second.isCurrent)
                #expect(context.executor === second)
                await context.spawn("attempt") { _ in #expect(second.isCurrent) }.ended()
            }
            await child.ended()
            #expect(context.executor.isCurrent)
        }
    }

    @Test func `shutdown cancels everything below, from the leaves up, and leaves no task`() async throws {
        try await onRuntime(loops: 2) { context in
            let scope = context.scope("peers")
            let order = Mailbox<String>(capacity: 100, overflow: .refuseNewest)
            scope.spawn("parent") { parent in
                parent.spawn("child", on: parent.executors[1]) { child in
                    child.scope("between").spawn("grandchild") { grandchild in
                        try? await grandchild.sleep(for: Self.forever)
                        order.offer("grandchild")
                    }
                    try? await child.sleep(for: Self.forever)
                    order.offer("child")
                }
                try? await parent.sleep(for: Self.forever)
                order.offer("parent")
            }
            while scope.liveTasks < 3 { await Task.yield() }
            await scope.shutdown()
            #expect(scope.liveTasks == 0)
            #expect(scope.isShuttingDown)
            #expect(order.count == 3)
            #expect(context.liveTasks == 1)
            #expect(!context.isShuttingDown)
        }
    }

    @Test func `a parent has ended only after its children`() async throws {
        try await onRuntime { context in
            let gate = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            let ended = Mailbox<String>(capacity: 2, overflow: .refuseNewest)
            let parent = context.spawn("parent") { parent in
                parent.spawn("child") { _ in
                    _ = await gate.next()
                    ended.offer("child")
                }
            }
            context.spawn("observer") { _ in
                await parent.ended()
                ended.offer("parent")
            }
            try await context.sleep(for: .milliseconds(5))
            #expect(ended.count == 0)
            gate.close()
            #expect(await ended.next() == "child")
            #expect(await ended.next() == "parent")
        }
    }

    @Test func `nothing starts in a scope that has been shut down`() async throws {
        try await onRuntime { context in
            let scope = context.scope("peers")
            await scope.shutdown()
            let child = scope.spawn("late") { _ in Issue.record("ran in a dead scope") }
            await child.ended()
            await scope.scope("deeper").spawn("late") { _ in Issue.record("ran in a dead scope") }.ended()
            #expect(scope.liveTasks == 0)
        }
    }

    @Test func `cancelling a child is no failure`() async throws {
        try await onRuntime { context in
            let child = context.spawn("sleeper") { try await $0.sleep(for: Self.forever) }
            child.cancel()
            #expect(await child.failure() == nil)
            #expect(!context.isShuttingDown)
        }
    }

    @Test func `a child past its deadline is cancelled, one that is done before is not`() async throws {
        try await onRuntime { context in
            let soon = context.clock.now.advanced(by: .milliseconds(5))
            let late = context.spawn("late", deadline: soon) { try await $0.sleep(for: Self.forever) }
            let quick = context.spawn("quick", deadline: soon) { _ in }
            await late.ended()
            await quick.ended()
            #expect(context.clock.now >= soon)
            #expect(!context.isShuttingDown)
        }
    }

    @Test func `a failure that is ignored disturbs nobody`() async throws {
        try await onRuntime { context in
            let child = context.spawn("child", onFailure: .ignore) { _ in throw Broken(number: 1) }
            #expect(await child.failure() as? Broken == Broken(number: 1))
            #expect(await child.failure() as? Broken == Broken(number: 1), "known after the end too")
            #expect(!context.isShuttingDown)
        }
    }

    @Test func `a failure stops the parent and its other children, and becomes the parent's`() async throws {
        try await onRuntime { context in
            let ended = Mailbox<String>(capacity: 2, overflow: .refuseNewest)
            let parent = context.spawn("parent", onFailure: .ignore) { parent in
                parent.spawn("sibling") { sibling in
                    try? await sibling.sleep(for: Self.forever)
                    ended.offer("sibling")
                }
                parent.scope("between").spawn("culprit") { _ in throw Broken(number: 2) }
                try? await parent.sleep(for: Self.forever)
                #expect(parent.isShuttingDown)
                ended.offer("body")
            }
            #expect(await parent.failure() as? Broken == Broken(number: 2))
            #expect(ended.count == 2)
            #expect(!context.isShuttingDown)
        }
    }

    @Test func `a child is started again until its limit, then its parent fails`() async throws {
        try await onRuntime { context in
            let starts = Mailbox<Int>(capacity: 100, overflow: .refuseNewest)
            let backoff = Backoff(first: .microseconds(10), longest: .seconds(3_600))
            let parent = context.spawn("parent", onFailure: .ignore) { parent in
                parent.spawn("child", onFailure: .restart(backoff, limit: 3)) { child in
                    // What an attempt started is gone before the next begins.
                    #expect(child.liveTasks == 1)
                    child.spawn("helper") { try await $0.sleep(for: Self.forever) }
                    starts.offer(1)
                    throw Broken(number: starts.count)
                }
            }
            #expect(await parent.failure() as? Broken == Broken(number: 4))
            #expect(starts.count == 4)
        }
    }

    @Test func `a child that failed starts again and ends with its scope`() async throws {
        try await onRuntime { context in
            let dialed = Mailbox<String>(capacity: 8, overflow: .refuseNewest)
            let peers = context.scope("peers")
            let backoff = Backoff(first: .milliseconds(1), longest: .seconds(10))
            peers.spawn("dialer", onFailure: .restart(backoff, limit: 5)) { context in
                dialed.offer(context.name)
                if dialed.count == 1 { throw Broken(number: 1) }
                try await context.sleep(for: .seconds(1_000))
            }
            while dialed.count < 2 { try await context.sleep(for: .milliseconds(1)) }
            await peers.shutdown()
            #expect(peers.liveTasks == 0)
            #expect(await dialed.next() == "test/body/peers/dialer")
        }
    }

    @Test func `a child that is restarted can be cancelled while it pauses`() async throws {
        try await onRuntime { context in
            let backoff = Backoff(first: Self.forever, longest: Self.forever)
            let starts = Mailbox<Int>(capacity: 100, overflow: .refuseNewest)
            let child = context.spawn("child", onFailure: .restart(backoff, limit: 3)) { _ in
                starts.offer(1)
                throw Broken(number: 1)
            }
            _ = await starts.next()
            try await context.sleep(for: .milliseconds(1))
            child.cancel()
            #expect(await child.failure() == nil)
            #expect(starts.count == 0)
        }
    }

    @Test func `pauses double up to the longest`() {
        let backoff = Backoff(first: .milliseconds(100), longest: .milliseconds(500))
        let pauses = (1...5).map { backoff.pause(afterFailures: $0) }
        #expect(pauses == [100, 200, 400, 500, 500].map { .milliseconds($0) })
    }

    @Test func `sleeping ends at once when the task is cancelled`() async throws {
        try await onRuntime(loops: 2) { context in
            for round in 0..<200 {
                let sleeper = context.spawn("sleeper", on: context.executors[round % 2]) { context in
                    await #expect(throws: Cancelled.self) { try await context.sleep(for: Self.forever) }
                }
                if round % 3 == 0 { await Task.yield() }
                sleeper.cancel()
                await sleeper.ended()
            }
        }
    }

    @Test func `what a body captured may ask its context something while it is released`() async throws {
        final class Curious: Sendable {
            let context: Context
            let seen = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            init(_ context: Context) { self.context = context }
            deinit { seen.offer(context.liveTasks) }
        }
        try await onRuntime { context in
            let scope = context.scope("peers")
            let gate = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            let seen = { () -> Mailbox<Int> in
                let curious = Curious(scope)
                // The child outlives the body: only the tree still knows the body when the child ends.
                scope.spawn("parent") { parent in
                    parent.spawn("child") { _ in _ = await gate.next() }
                    withExtendedLifetime(curious) {}
                }
                return curious.seen
            }()
            try await context.sleep(for: .milliseconds(2))
            #expect(seen.count == 0)
            gate.close()
            #expect(await seen.next() == 0)
        }
    }

    @Test func `the tree is drawn for people, with what each task waits for`() async throws {
        try await onRuntime(loops: 2) { context in
            let peers = context.scope("peers"), gate = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            let isOver = Lock(false)
            let reader = peers.spawn("reader") { _ in _ = await gate.next() }
            peers.spawn("ticker") { try await $0.sleep(for: Self.forever) }
            let patient = peers.spawn("patient") { _ in await reader.ended() }
            peers.spawn("busy", on: context.executors[1]) { _ in while !isOver.withLock({ $0 }) {} }
            peers.spawn("parent") { parent in parent.spawn("child") { _ in _ = await patient.failure() } }
            _ = peers.scope("links")
            try await context.sleep(for: .milliseconds(2))
            patient.cancel()
            #expect(
                peers.tree() == """
                    test/body/peers
                      reader waits for a message
                      ticker waits for an alarm
                      patient stopping, waits for the end of others
                      busy running
                      parent waits for those below
                        child waits for the end of others
                      links

                    """)
            isOver.withLock { $0 = true }
            await peers.shutdown()
        }
    }
}
