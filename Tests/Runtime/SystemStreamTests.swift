import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import Testing

@Suite struct SystemStreamTests {
    static let anyPort = SocketAddress(.loopback, port: 0)

    @Test(arguments: [1, 2]) func `eight mebibytes in pieces of random sizes come back whole`(loops: Int) async throws {
        try await onRuntime(loops: loops) { context in
            let acceptor = try context.network.listen(on: Self.anyPort, executor: context.executor)
            let last = context.executors[context.executors.count - 1]
            context.spawn("echo") { context in
                let stream = try await acceptor.accept()
                stream.attach(Echo(stream), on: context.executor)
            }
            var generator = SplitMix64(seed: 8)
            let bytes = (0..<(8 << 20)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
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
}
