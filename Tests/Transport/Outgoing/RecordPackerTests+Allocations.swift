import CConclaveAllocations
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTestWires
import Testing

@testable import ConclaveTransport

/// The path of messages from an outbox to a batch, without the actors and the socket.
@Suite struct DataPathTests {
    /// Unoptimised code allocates for every generic call, and a sanitizer's allocator does not count.
    private static var canCount: Bool {
        #if DEBUG
            false
        #else
            conclave_allocations() >= 0
        #endif
    }

    @Test(
        .enabled(if: canCount, "for an optimised build: make allocations"),
        arguments: [WireProfile.commonware, .native(version: 1)], [64, 1_024])
    func `a message of either profile costs no allocation`(profile: WireProfile, size: Int) throws {
        let path = try DataPath(profile)
        let message = [UInt8](repeating: 5, count: size)
        for _ in 0..<20 { try path.round(message) }
        let before = conclave_allocations()
        let delivered = path.delivered
        for _ in 0..<200 { try path.round(message) }
        #expect(path.delivered - delivered == 200 * DataPath.messages)
        // A read, a record and a batch may each have an object; they are few beside the messages.
        let allocations = conclave_allocations() - before
        #expect(allocations <= 200 * (4 + Int64(DataPath.messages * size / 32_768) * 2))
    }
}

@safe
private final class DataPath {
    static let messages = 500

    private let tap: Wiretap
    private var reader: RecordReader
    private let wire = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    private var bytes = 0
    private(set) var delivered = 0

    init(_ profile: WireProfile) throws {
        tap = Wiretap(layout: profile.layout)
        let key = OpeningKey(key: Wiretap.key)
        switch profile {
        case .commonware:
            reader = RecordReader(
                peer: try Wiretap.peer(), key: key, channels: NativeSpeaker.channels)
        case .native(let version):
            let items = ItemReader(
                channels: NativeSpeaker.channels, ours: NativeSpeaker.hello, version: version)
            reader = RecordReader(peer: try Wiretap.peer(), key: key, items: items)
            tap.send(.hello(NativeSpeaker.hello))
            try pass()
            tap.agreed(recordBytes: RecordLimit.highest)
        }
    }

    deinit {
        unsafe wire.deallocate()
    }

    func round(_ message: [UInt8]) throws {
        for _ in 0..<Self.messages { _ = tap.send(message) }
        try pass()
    }

    /// Packs, seals, copies what the kernel would, opens, and looks at every message.
    private func pass() throws {
        tap.packer.take(from: &tap.lanes)
        repeat {
            try tap.packer.pack(
                into: &tap.queue, key: &tap.sealing, segments: tap.segments, budget: 65_408, at: tap.now)
            let sealed = tap.packer.takeSealed()
            tap.lanes.sealed(messages: sealed.messages, bytes: sealed.bytes)
            bytes = 0
            unsafe tap.queue.withBuffers { buffers in
                for index in buffers.indices {
                    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: wire[bytes...])
                    unsafe rest.copyMemory(from: buffers[index])
                    bytes += unsafe buffers[index].count
                }
            }
            _ = tap.queue.consume(bytes, segments: tap.segments)
            _ = tap.lanes.freed(tap.queue.takeFreed())
            try receive()
        } while !tap.packer.isEmpty
    }

    private func receive() throws {
        let shared = unsafe UnsafeRawBufferPointer(rebasing: wire[..<bytes])
        var count = 0
        try unsafe reader.received(direct: 0, shared: shared, slabs: tap.slabs) { incoming in
            if case .batch(let batch, _) = incoming { batch.withEach { count += $0.byteCount > 0 ? 1 : 0 } }
        }
        delivered += count
    }
}
