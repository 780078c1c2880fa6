import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import Glibc
import Testing

@Suite struct SystemNetworkTests {
    static let anyPort = SocketAddress(.loopback, port: 0)

    @Test func `a port that is taken is refused with its address`() async throws {
        try await onRuntime { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            #expect(acceptor.address.port != 0)
            #expect(throws: HostFailure.addressInUse(acceptor.address)) {
                _ = try context.network.listen(on: acceptor.address, executor: context.executor)
            }
            acceptor.close()
            // A child process that is being started elsewhere may hold the port for a moment longer.
            for _ in 0..<1_000 {
                if let again = try? context.network.listen(on: acceptor.address, executor: context.executor) {
                    return again.close()
                }
                try await context.sleep(for: .milliseconds(1))
            }
            Issue.record("the port stays taken after close")
        }
    }

    @Test func `an address of another machine cannot be listened on`() async throws {
        let foreign = SocketAddress(IPAddress(v4: 192, 0, 2, 1), port: 0)
        try await onRuntime { context in
            #expect(throws: HostFailure.addressUnavailable(foreign)) {
                _ = try context.network.listen(on: foreign, executor: context.executor)
            }
        }
    }

    @Test func `closing ends a wait for a connection`() async throws {
        try await onRuntime(loops: 2) { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            let child = context.spawn("accept", on: context.executors[1]) { _ in
                await #expect(throws: HostFailure.closed) { _ = try await acceptor.accept() }
            }
            try await context.sleep(for: .milliseconds(5))
            acceptor.close()
            await child.ended()
            await #expect(throws: HostFailure.closed) { _ = try await acceptor.accept() }
        }
    }

    @Test func `cancelling a wait for a connection loses no connection`() async throws {
        try await onRuntime { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            for _ in 0..<50 {
                let child = context.spawn("accept") { _ in
                    await #expect(throws: HostFailure.cancelled) { _ = try await acceptor.accept() }
                }
                await Task.yield()
                child.cancel()
                await child.ended()
            }
            let client = RawClient(port: acceptor.address.port)
            let stream = try await acceptor.accept()
            #expect(stream.localAddress == acceptor.address)
            close(client.descriptor)
            acceptor.close()
        }
    }

    @Test func `connections that came before anybody accepted are all there`() async throws {
        try await onRuntime { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            let clients = (0..<20).map { _ in RawClient(port: acceptor.address.port) }
            var ports: Set<UInt16> = []
            for _ in clients { ports.insert(try await acceptor.accept().remoteAddress.port) }
            #expect(ports.count == 20)
            for client in clients { close(client.descriptor) }
            acceptor.close()
        }
    }

    @Test func `whoever accepts a whole queue leaves its loop a turn between any two`() async throws {
        // On its loop only.
        final class Turns: Turnable, @unchecked Sendable {
            let executor: any RuntimeExecutor
            var count = 0
            var isOver = false
            init(on executor: any RuntimeExecutor) { self.executor = executor }
            func turn() {
                count += 1
                if !isOver { executor.schedule(self) }
            }
        }
        try await onRuntime { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            let clients = (0..<50).map { _ in RawClient(port: acceptor.address.port) }
            let turns = Turns(on: context.executor)
            context.executor.schedule(turns)
            for _ in clients { _ = try await acceptor.accept() }
            #expect(turns.count >= 49)
            turns.isOver = true
            for client in clients { close(client.descriptor) }
            acceptor.close()
        }
    }

    /// The socket of this process that listens on `address`.
    static func listener(on address: SocketAddress) -> Int32? {
        (3..<1_024).first { file in
            var local = sockaddr_in(), length = socklen_t(MemoryLayout<sockaddr_in>.size)
            var listens: Int32 = 0, size = socklen_t(MemoryLayout<Int32>.size)
            guard unsafe getsockopt(file, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens == 1
            else { return false }
            let code = unsafe withUnsafeMutablePointer(to: &local) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(file, $0, &length)
                }
            }
            return code == 0 && UInt16(bigEndian: local.sin_port) == address.port
        }
    }

    @Test func `accepting that fails for no known reason pauses before it says so`() async throws {
        try await onRuntime { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            shutdown(try #require(Self.listener(on: acceptor.address)), Int32(SHUT_RDWR))
            let start = context.clock.now
            for _ in 0..<2 {
                await #expect(throws: HostFailure.system(.accept, code: EINVAL)) {
                    _ = try await acceptor.accept()
                }
            }
            #expect(context.clock.now >= start.advanced(by: .milliseconds(200)))
            acceptor.close()
        }
    }

    @Test func `nobody listening is unreachable`() async throws {
        try await onRuntime { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            let client = RawClient(port: acceptor.address.port)
            // The client's own port is taken, and nobody listens there.
            let silent = try await acceptor.accept().remoteAddress
            await #expect(throws: HostFailure.unreachable(silent)) {
                _ = try await context.network.connect(to: silent, on: context.executor)
            }
            close(client.descriptor)
            acceptor.close()
        }
    }

    @Test func `connecting can be given up`() async throws {
        // TEST-NET-1: packets to it go nowhere. Where there is no route at all the attempt fails by itself.
        let nowhere = SocketAddress(IPAddress(v4: 192, 0, 2, 1), port: 9)
        try await onRuntime(loops: 2) { context in
            for round in 0..<20 {
                let child = context.spawn("connect", on: context.executors[round % 2]) { context in
                    do {
                        _ = try await context.network.connect(to: nowhere, on: context.executors[0])
                        Issue.record("connected to nowhere")
                    } catch {
                        #expect([.cancelled, .unreachable(nowhere)].contains(error as? HostFailure))
                    }
                }
                if round % 2 == 0 { try await context.sleep(for: .microseconds(100)) }
                child.cancel()
                await child.ended()
            }
        }
    }

    @Test func `this machine has a name`() async throws {
        try await onRuntime { context in
            let addresses = try await context.network.resolve(HostName("localhost"))
            #expect(addresses.contains(.loopback) || addresses.contains { !$0.isV4 })
        }
    }

    @Test func `a name that does not exist is unknown, or cannot be asked for`() async throws {
        let host = try HostName("nobody.invalid")
        try await onRuntime { context in
            do {
                _ = try await context.network.resolve(host)
                Issue.record("resolved a name under .invalid")
            } catch let failure as HostFailure {
                // Without a name server the resolver says "try again" instead.
                #expect([.unknownHost(host), .system(.resolve, code: EAGAIN)].contains(failure))
            }
        }
    }

    @Test(arguments: ["127.1", "0x7f.1", "2130706433", "1.2.3.4"])
    func `an address written as a name is not resolved`(text: String) async throws {
        try await onRuntime { context in
            let host = try HostName(text)
            await #expect(throws: HostFailure.unknownHost(host)) {
                _ = try await context.network.resolve(host)
            }
        }
    }

    @Test func `many names can be asked for at once`() async throws {
        try await onRuntime { context in
            let answers = Mailbox<Bool>(capacity: 50, overflow: .refuseNewest)
            let children = (0..<50).map { _ in
                context.spawn("resolve") { context in
                    answers.offer(try await !context.network.resolve(HostName("localhost")).isEmpty)
                }
            }
            for child in children { await child.ended() }
            #expect(answers.count == 50)
        }
    }
}
