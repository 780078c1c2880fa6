import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import Glibc
import Testing

@Suite struct ResolverTests {
    /// A name server that is silent about names under `dead` until it is let go.
    final class NameServer: Sendable {
        static let address = IPAddress(v4: 192, 0, 2, 7)

        let asked = Lock<[String]>([])
        private let reading, writing: Int32

        init() {
            var ends: [Int32] = [0, 0]
            unsafe pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
        }

        deinit { close(reading) }

        func letGo() { close(writing) }

        func answer(_ host: HostName) -> Resolver.Answer {
            asked.withLock { $0.append(host.description) }
            if host.description.hasSuffix("dead") {
                var byte: UInt8 = 0
                unsafe read(reading, &byte, 1)
            }
            return .success([Self.address])
        }

        /// How many questions have come.
        var count: Int { asked.withLock { $0.count } }
    }

    static func name(_ text: String) -> HostName {
        do { return try HostName(text) } catch { preconditionFailure("\(text) is no name") }
    }

    @Test func `a name is asked for once, and all who wait share the answer`() async throws {
        let server = NameServer(), resolver = Resolver { server.answer($0) }
        try await onRuntime { context in
            let children = (0..<20).map { _ in
                context.spawn("ask") { _ in
                    let addresses = try await resolver.addresses(of: Self.name("a.dead"))
                    #expect(addresses == [NameServer.address])
                }
            }
            while server.count == 0 { try await context.sleep(for: .milliseconds(1)) }
            server.letGo()
            for child in children { await child.ended() }
            #expect(server.count == 1)
            // An answer is not kept: names change.
            _ = try await resolver.addresses(of: Self.name("a.dead"))
            #expect(server.count == 2)
        }
        resolver.close()
    }

    @Test func `what nobody waits for any more is not asked`() async throws {
        let server = NameServer(), resolver = Resolver { server.answer($0) }
        try await onRuntime { context in
            let asking = context.scope("asking")
            for number in 0..<Resolver.threadsMax {
                asking.spawn("ask") { _ in _ = try await resolver.addresses(of: Self.name("\(number).dead")) }
            }
            while server.count < Resolver.threadsMax { try await context.sleep(for: .milliseconds(1)) }
            for _ in 0..<100 {
                asking.spawn("ask") { _ in _ = try await resolver.addresses(of: Self.name("later.dead")) }
            }
            try await context.sleep(for: .milliseconds(1))
            await asking.shutdown()
            server.letGo()
            _ = try await resolver.addresses(of: Self.name("good.example"))
            #expect(server.count == Resolver.threadsMax + 1)
        }
        resolver.close()
    }

    @Test func `no more names wait than may`() async throws {
        let server = NameServer(), resolver = Resolver(namesMax: 2) { server.answer($0) }
        try await onRuntime { context in
            let asking = context.scope("asking")
            func ask(_ name: String) {
                asking.spawn(name) { _ in _ = try await resolver.addresses(of: Self.name(name)) }
            }
            for number in 0..<Resolver.threadsMax {
                ask("\(number).dead")
                while server.count <= number { try await context.sleep(for: .milliseconds(1)) }
            }
            ask("first.dead")
            ask("second.dead")
            try await context.sleep(for: .milliseconds(1))
            let third = Self.name("third.example")
            await #expect(throws: HostFailure.system(.resolve, code: EAGAIN)) {
                _ = try await resolver.addresses(of: third)
            }
            await asking.shutdown()  // those that wait are not wanted any more and make room
            server.letGo()
            #expect(try await resolver.addresses(of: third) == [NameServer.address])
        }
        resolver.close()
    }
}
