import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Glibc
import Testing

@Suite struct SystemRuntimeTests {
    struct Broken: Error {}

    /// Names of this process's threads that are the runtime's.
    static func threads() -> [String] {
        entries(of: "/proc/self/task").compactMap { task in
            let name = text(of: "/proc/self/task/\(task)/comm")
            return ["loop", "resolver", "store"].contains { name.hasPrefix($0) } ? name : nil
        }
    }

    static func descriptors() -> Int { entries(of: "/proc/self/fd").count }

    static func entries(of folder: String) -> [String] {
        guard let open = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(open) }
        var names: [String] = []
        while let entry = unsafe readdir(open) {
            names.append(
                unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                    unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
                        unsafe String(cString: $0)
                    }
                })
        }
        return names.filter { !$0.hasPrefix(".") }
    }

    static func text(of path: String) -> String {
        let file = unsafe open(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Everything that can hold a descriptor, some of it left open on purpose.
    static func useEverything(_ context: Context) async throws {
        let acceptor = try context.network.listen(
            on: SocketAddress(.loopback, port: 0), executor: context.executor)
        context.spawn("echo") { context in
            let stream = try await acceptor.accept()
            stream.attach(Echo(stream), on: context.executor)
            _ = try await acceptor.accept()
        }
        let stream = try await context.network.connect(to: acceptor.address, on: context.executors[1])
        let exchange = Exchange(stream, sending: [1, 2, 3])
        await context.spawn("exchange", on: context.executors[1]) { exchange.start(on: $0.executor) }.ended()
        _ = await exchange.result.next()
        _ = try await context.network.resolve(HostName("localhost"))
        let child = try ChildProcess(ChildProcess.Command(path: "/bin/cat"), in: context)
        child.closeInput()
        _ = try await child.exit()
        _ = context.executor.setAlarm(at: .distantFuture, for: EventLoopTests.Bell())
        _ = try Signals([.hangUp]).received(in: context)
        context.spawn("sleeper") { try await $0.sleep(for: .seconds(1_000)) }
    }

    @Test func `after run neither a thread nor a descriptor is left`() async {
        await #expect(processExitsWith: .success) {
            var before = 0
            for round in 0..<5 {
                let runtime = try SystemRuntime(loops: 2, log: .silent)
                let code = runtime.run { context in
                    try await SystemRuntimeTests.useEverything(context)
                    #expect(SystemRuntimeTests.threads().filter { $0.hasPrefix("loop") }.count == 2)
                    return Int32(round)
                }
                #expect(code == Int32(round))
                #expect(SystemRuntimeTests.threads() == [])
                // The first round only warms up: the test library opens a descriptor of its own meanwhile.
                if round == 0 { before = SystemRuntimeTests.descriptors() }
                #expect(SystemRuntimeTests.descriptors() == before)
                withExtendedLifetime(runtime) {}
            }
        }
    }

    @Test func `a body that throws, or a failure that reaches the top, ends the run with a code of its own`()
        async
    {
        await #expect(processExitsWith: .success) {
            let lines = LogTests.Lines()
            let log = Log(level: .info, format: .text, sink: lines, time: { SystemClock().wallTime })
            let thrown = try SystemRuntime(loops: 1, log: log).run { _ in throw Broken() }
            #expect(thrown == SystemRuntime.failedCode)
            let stopped = try SystemRuntime(loops: 1, log: log).run("node") { context in
                context.scope("peers").spawn("listener") { _ in throw Broken() }
                try? await context.sleep(for: .seconds(1_000))
                return 0
            }
            #expect(stopped == SystemRuntime.failedCode)
            #expect(
                lines.all.contains {
                    $0.contains("error   node/peers/listener: failed") && $0.contains("Broken")
                })
        }
    }

    @Test func `run ends what the body has left running`() async throws {
        await #expect(processExitsWith: .success) {
            let ended = Mailbox<String>(capacity: 2, overflow: .refuseNewest)
            let code = try SystemRuntime(loops: 2, log: .silent).run { context in
                context.spawn("left", on: context.executors[1]) { context in
                    try? await context.sleep(for: .seconds(1_000))
                    ended.offer("left")
                }
                return 4
            }
            #expect(code == 4)
            #expect(ended.poll() == "left")
        }
    }

    @Test func `without descriptors, accepting waits and listening is refused`() async {
        await #expect(processExitsWith: .success) {
            let code = try SystemRuntime(loops: 1, log: .silent).run { context in
                let here = SocketAddress(.loopback, port: 0)
                let acceptor = try context.network.listen(on: here, executor: context.executor)
                let client = RawClient(port: acceptor.address.port)
                var limit = rlimit()
                unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                let before = limit
                limit.rlim_cur = 3  // taken, all three; what is open beyond stays open
                unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                #expect(throws: HostFailure.outOfDescriptors) {
                    _ = try context.network.listen(on: here, executor: context.executor)
                }
                let accepted = context.spawn("accept") { _ in _ = try await acceptor.accept() }
                try await context.sleep(for: .milliseconds(20))
                #expect(context.liveTasks == 2)
                var restored = before
                unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &restored)
                await accepted.ended()
                close(client.descriptor)
                return 0
            }
            #expect(code == 0)
        }
    }

    @Test func `a signal is a message, not the end`() async {
        await #expect(processExitsWith: .success) {
            let signals = try Signals()  // first of all, on the first thread
            let code = try SystemRuntime(loops: 2, log: .silent).run("node") { context in
                let received = try signals.received(in: context)
                context.spawn("work") { context in try await context.sleep(for: .seconds(1_000)) }
                // To this thread and not to the process: the test library's own threads do not block it.
                raise(SIGTERM)
                #expect(await received.next() == .terminate)
                return 0  // "work" is cancelled and waited for
            }
            #expect(code == 0)
        }
    }

    @Test func `interrupts that nobody reads end the process after all`() async {
        await #expect(processExitsWith: .signal(SIGINT)) {
            let signals = try Signals()
            _ = try SystemRuntime(loops: 1, log: .silent).run("node") { context in
                let received = try signals.received(in: context)
                for _ in 0..<3 {
                    raise(SIGINT)
                    #expect(await received.next() == .interrupt)
                }
                raise(SIGINT)
                while received.count == 0 { try await context.sleep(for: .milliseconds(1)) }
                raise(SIGINT)
                try await context.sleep(for: .seconds(1_000))
                return 0
            }
        }
    }

    @Test func `randomness is there and differs`() {
        let entropy = SystemEntropy()
        #expect(entropy.bytes(0).isEmpty)
        #expect(entropy.bytes(32).count == 32)
        #expect(entropy.bytes(32) != entropy.bytes(32))
    }
}
