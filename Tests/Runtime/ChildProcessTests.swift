import ConclaveRuntime
import ConclaveSystem
import Glibc
import Testing

@Suite struct ChildProcessTests {
    static func shell(_ script: String, _ errors: ChildProcess.ErrorOutput = .inherited)
        -> ChildProcess.Command
    {
        ChildProcess.Command(path: "/bin/sh", arguments: ["-c", script], errors: errors)
    }

    @Test func `its output comes as lines and its end as a code`() async throws {
        try await onRuntime { context in
            let child = try ChildProcess(
                Self.shell("echo one; echo; printf 'two words\\nrest'; exit 7"), in: context)
            var lines: [String] = []
            for await line in child.lines { lines.append(line) }
            #expect(lines == ["one", "", "two words", "rest"])
            #expect(try await child.exit() == .code(7))
            #expect(try await child.exit() == .code(7))
        }
    }

    @Test func `arguments and environment arrive as they are`() async throws {
        try await onRuntime { context in
            let command = ChildProcess.Command(
                path: "/bin/sh", arguments: ["-c", "echo \"$1|$NAME|$HOME\"", "x", "a b"],
                environment: ["NAME=value"])
            let child = try ChildProcess(command, in: context)
            #expect(await child.lines.next() == "a b|value|")
            #expect(try await child.exit() == .code(0))
        }
    }

    @Test func `closing its input tells it that it is alone`() async throws {
        try await onRuntime { context in
            let child = try ChildProcess(Self.shell("echo ready; cat; exit 3"), in: context)
            #expect(await child.lines.next() == "ready")
            child.closeInput()
            #expect(try await child.exit() == .code(3))
        }
    }

    @Test func `a signal reaches its whole group`() async throws {
        try await onRuntime { context in
            let child = try ChildProcess(Self.shell("sleep 1000 & echo ready; wait"), in: context)
            #expect(await child.lines.next() == "ready")
            child.send(.kill)
            #expect(try await child.exit() == .signal(SIGKILL))
            // Its output ends only when the grandchild, which holds it open, is gone too.
            #expect(await child.lines.next() == nil)
            child.send(.kill)
        }
    }

    @Test func `it starts with default signals and with no descriptor of ours`() async throws {
        try await onRuntime { context in
            let child = try ChildProcess(Self.shell("kill -TERM $$; echo survived"), in: context)
            #expect(try await child.exit() == .signal(SIGTERM))
            let list = try ChildProcess(
                ChildProcess.Command(path: "/bin/ls", arguments: ["/proc/self/fd"]), in: context)
            var descriptors: [String] = []
            for await line in list.lines { descriptors.append(line) }
            #expect(descriptors == ["0", "1", "2", "3"], "3 is the folder that ls reads")
        }
    }

    @Test func `its errors go to a file`() async throws {
        let path = "/tmp/conclave-child-\(getpid()).log"
        defer { unsafe unlink(path) }
        try await onRuntime { context in
            for word in ["one", "two"] {
                let child = try ChildProcess(Self.shell("echo \(word) >&2", .file(path)), in: context)
                #expect(try await child.exit() == .code(0))
            }
            let reader = try ChildProcess(Self.shell("cat \(path)"), in: context)
            #expect(await reader.lines.next() == "one")
            #expect(await reader.lines.next() == "two")
        }
    }

    @Test func `a program that does not exist is refused at once`() async throws {
        try await onRuntime { context in
            let command = ChildProcess.Command(path: "/nowhere/nothing")
            #expect(throws: HostFailure.system(.spawn, code: ENOENT)) {
                _ = try ChildProcess(command, in: context)
            }
            let unwritable = Self.shell("exit 0", .file("/nowhere/log"))
            #expect(throws: HostFailure.system(.spawn, code: ENOENT)) {
                _ = try ChildProcess(unwritable, in: context)
            }
        }
    }

    @Test func `a line without an end is cut, not kept`() async throws {
        try await onRuntime { context in
            let script = "head -c 200000 /dev/zero | tr '\\0' x; echo; echo next"
            let child = try ChildProcess(Self.shell(script), in: context)
            #expect(await child.lines.next()?.utf8.count == 65_536)
            #expect(await child.lines.next() == "next")
            #expect(try await child.exit() == .code(0))
        }
    }

    @Test func `its end is known even if we were started with SIGCHLD ignored`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGCHLD, SIG_IGN)
            try await onRuntime { context in
                let child = try ChildProcess(ChildProcessTests.shell("exit 7"), in: context)
                #expect(try await child.exit() == .code(7))
            }
        }
    }

    @Test func `an end that somebody else was told of is unknown`() async throws {
        try await onRuntime { context in
            let child = try ChildProcess(Self.shell("exit 7"), in: context)
            // Without a suspension, so that the loop does not see the end first.
            let reaped = waitpid(child.identifier, nil, 0)
            #expect(reaped == child.identifier)
            #expect(try await child.exit() == .unknown)
        }
    }

    @Test func `waiting for its end can be cancelled`() async throws {
        try await onRuntime { context in
            let child = try ChildProcess(Self.shell("cat"), in: context)
            let waiter = context.spawn("wait") { _ in
                await #expect(throws: Cancelled.self) { _ = try await child.exit() }
            }
            await Task.yield()
            waiter.cancel()
            await waiter.ended()
            child.closeInput()
            #expect(try await child.exit() == .code(0))
        }
    }

    @Test func `a child that still runs when the runtime ends is killed`() async throws {
        let numbers = Mailbox<Int32>(capacity: 1, overflow: .refuseNewest)
        try await onRuntime { context in
            let child = try ChildProcess(
                Self.shell("trap '' TERM; echo ready; cat >/dev/null; sleep 1000"), in: context)
            #expect(await child.lines.next() == "ready")
            numbers.offer(child.identifier)
        }
        let number = try #require(numbers.poll())
        #expect(kill(number, 0) == -1)
    }
}
