import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import Glibc
import Testing

@Suite struct SystemStreamTests {
    static let anyPort = SocketAddress(.loopback, port: 0)

    /// Counts how often it is told, and does what it is given. On its loop only.
    final class Probe: StreamOwner, @unchecked Sendable {
        let stream: any ByteStream
        var told: [Readiness] = []
        let calls = Mailbox<Readiness>(capacity: 1_000, overflow: .dropOldest)
        var reaction: (Probe) -> Void = { _ in }

        init(_ stream: any ByteStream) {
            self.stream = stream
        }

        func ready(_ readiness: Readiness) {
            told.append(readiness)
            reaction(self)
            calls.offer(readiness)
        }

        func read() -> ReadOutcome {
            unsafe stream.read(into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
        }

        /// What one `fill` of so many bytes brings; nil for nothing or the end.
        func fill(_ count: Int) -> [UInt8]? {
            unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { buffer in
                guard case .bytes(let direct, let shared) = unsafe stream.fill(buffer) else { return nil }
                let sharedCount = shared.count
                #expect(sharedCount == 0)
                return unsafe Array(buffer.prefix(direct))
            }
        }

        func write(_ bytes: [UInt8]) -> WriteOutcome {
            unsafe bytes.withUnsafeBytes { bytes in
                var buffers = unsafe [bytes]
                return unsafe buffers.withUnsafeMutableBufferPointer {
                    unsafe stream.write(UnsafeBufferPointer($0))
                }
            }
        }
    }

    /// A stream that is not attached yet, whose other end the test holds.
    static func unattached(_ context: Context) async throws -> (Probe, RawClient) {
        let acceptor = try context.network.listen(on: anyPort, executor: context.executor)
        let client = RawClient(port: acceptor.address.port)
        let stream = try await acceptor.accept()
        acceptor.close()
        return (Probe(stream), client)
    }

    static func accepted(_ context: Context) async throws -> (Probe, RawClient) {
        let (probe, client) = try await unattached(context)
        probe.stream.attach(probe, on: context.executor)
        return (probe, client)
    }

    @Test(arguments: [1, 2])
    func `eight mebibytes in pieces of random sizes come back whole`(loops: Int) async throws {
        try await onRuntime(loops: loops) { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            let last = context.executors[context.executors.count - 1]
            context.spawn("echo") { context in
                let stream = try await acceptor.accept()
                stream.attach(Echo(stream), on: context.executor)
            }
            var generator = SplitMix64(seed: 8)
            let bytes = (0..<(1 << 20)).flatMap { _ in
                let number = generator.next()
                return (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            }
            let child = context.spawn("exchange", on: last) { context in
                let stream = try await context.network.connect(to: acceptor.address, on: context.executor)
                #expect(stream.remoteAddress == acceptor.address)
                let exchange = Exchange(stream, sending: bytes)
                exchange.start(on: context.executor)
                #expect(await exchange.result.next() == bytes)
                #expect(exchange.end == nil)
            }
            await child.ended()
            acceptor.close()
        }
    }

    @Test func `after the peer has ended its side we can still write, and are told nothing more`()
        async throws
    {
        try await onRuntime { context in
            let (probe, client) = try await Self.accepted(context)
            client.endSending()
            _ = await probe.calls.next()
            guard case .ended(.endOfStream) = probe.read() else {
                Issue.record("no end of stream")
                return
            }
            try await context.sleep(for: .milliseconds(20))
            #expect(probe.told.count == 1)
            #expect(probe.write([1, 2, 3]) == .took(3))
            #expect(client.receive(3) == [1, 2, 3])
            probe.stream.close()
            #expect(client.receive(1) == [])
            close(client.descriptor)
        }
    }

    @Test func `filling takes no more than asked for, and the rest waits`() async throws {
        try await onRuntime { context in
            let (probe, client) = try await Self.accepted(context)
            #expect(probe.fill(4) == nil)
            _ = client.send([1, 2, 3, 4, 5])
            _ = await probe.calls.next()
            #expect(probe.fill(2) == [1, 2])
            #expect(probe.fill(0) == nil, "no room is not the end")
            #expect(probe.fill(9) == [3, 4, 5])
            client.endSending()
            // Told of it, because no room was not taken for the end.
            _ = await probe.calls.next()
            guard case .ended(.endOfStream) = probe.read() else {
                Issue.record("no end of stream")
                return
            }
            probe.stream.close()
            close(client.descriptor)
        }
    }

    @Test func `whoever has finished writing still reads`() async throws {
        try await onRuntime { context in
            let (probe, client) = try await Self.accepted(context)
            #expect(probe.write([1, 2]) == .took(2))
            probe.stream.finishWriting()
            #expect(client.receive(2) == [1, 2])
            #expect(client.receive(1) == [])
            _ = client.send([3])
            _ = await probe.calls.next()
            #expect(probe.fill(1) == [3])
            #expect(probe.write([4]) == .ended(.reset))
            probe.stream.close()
            close(client.descriptor)
        }
    }

    @Test func `bytes that nobody reads do not wake an owner that does not watch`() async throws {
        try await onRuntime { context in
            let (probe, client) = try await Self.accepted(context)
            probe.stream.watch([])
            _ = client.send([1, 2, 3])
            client.endSending()
            try await context.sleep(for: .milliseconds(20))
            #expect(probe.told.isEmpty)
            probe.stream.watch(.readable)
            #expect(await probe.calls.next() == .readable)
            guard case .bytes(direct: 0, let shared) = probe.read() else {
                Issue.record("no bytes")
                return
            }
            #expect(shared.count == 3)
            probe.stream.close()
            close(client.descriptor)
        }
    }

    @Test func `a reset is told as such and does not spin an owner that ignores it`() async throws {
        try await onRuntime { context in
            let (probe, client) = try await Self.accepted(context)
            client.reset()
            _ = await probe.calls.next()
            try await context.sleep(for: .milliseconds(20))
            #expect(probe.told.count == 1)
            guard case .ended(.reset) = probe.read() else {
                Issue.record("no reset")
                return
            }
            #expect(probe.write([1]) == .ended(.reset))
            probe.stream.close()
            guard case .ended(.failed(.closed)) = probe.read() else {
                Issue.record("not closed")
                return
            }
        }
    }

    @Test func `writing stops when the buffers are full and goes on when the peer has read`() async throws {
        try await onRuntime { context in
            let (probe, client) = try await Self.accepted(context)
            let chunk = [UInt8](repeating: 7, count: 1 << 20)
            var taken = 0
            while case .took(let count) = probe.write(chunk), count > 0 { taken += count }
            #expect(taken > 0)
            probe.stream.watch(.writable)
            try await context.sleep(for: .milliseconds(5))
            #expect(probe.told.isEmpty)
            var drained = 0
            while drained < taken { drained += client.receive(1 << 20).count }
            #expect(await probe.calls.next() == .writable)
            #expect(probe.write([1]) == .took(1))
            probe.stream.close()
            close(client.descriptor)
        }
    }

    @Test func `a stream closed inside its callback is never told again`() async throws {
        try await onRuntime { context in
            let (probe, client) = try await Self.accepted(context)
            probe.reaction = { $0.stream.close() }
            _ = client.send([1])
            _ = await probe.calls.next()
            #expect(client.receive(1) == [])
            try await context.sleep(for: .milliseconds(5))
            #expect(probe.told.count == 1)
            close(client.descriptor)
        }
    }

    @Test func `closing one stream in the callback of another does not wake whoever takes its place`()
        async throws
    {
        try await onRuntime { context in
            let (first, firstClient) = try await Self.accepted(context)
            let (second, secondClient) = try await Self.accepted(context)
            let (third, thirdClient) = try await Self.unattached(context)
            let executor = context.executor
            // Both become readable while the loop is busy here, so both events come in one batch. Whichever
            // is told first closes the other and lets the third take its place.
            let react: (Probe, Probe) -> Void = { me, other in
                me.stream.watch([])
                other.stream.close()
                third.stream.attach(third, on: executor)
            }
            first.reaction = { react($0, second) }
            second.reaction = { react($0, first) }
            _ = firstClient.send([1])
            _ = secondClient.send([1])
            try await context.sleep(for: .milliseconds(10))
            #expect(first.told.count + second.told.count == 1)
            #expect(third.told.isEmpty)
            for probe in [first, second, third] { probe.stream.close() }
            for client in [firstClient, secondClient, thirdClient] { close(client.descriptor) }
        }
    }

    @Test func `dropping an unattached stream closes the connection`() async throws {
        try await onRuntime { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            let client = RawClient(port: acceptor.address.port)
            _ = try await acceptor.accept()
            #expect(client.receive(1) == [])
            close(client.descriptor)
            acceptor.close()
        }
    }
}
