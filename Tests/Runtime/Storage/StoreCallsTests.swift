import ConclaveRuntime
import Testing

@Suite struct StoreCallsTests {
    private func calls(_ limits: StoreLimits) -> StoreCalls {
        StoreCalls("journal", tables: ["left"], limits: limits)
    }

    @Test func `no more batches and reads wait than may, and taking makes room`() throws {
        var calls = calls(StoreLimits(callsWaiting: 2))
        for _ in 0..<2 {
            for _ in 0..<2 {
                _ = try calls.add(WriteBatch([1: []]))
                _ = try calls.add("left", .all, limit: 1, order: .ascending)
            }
            #expect(throws: StorageFailure("journal", .overloaded)) { _ = try calls.add(WriteBatch()) }
            #expect(throws: StorageFailure("journal", .overloaded)) {
                _ = try calls.add("left", .all, limit: 1, order: .ascending)
            }
            let group = calls.take()
            #expect(group.writes.count == 2 && group.reads.count == 2)
        }
    }

    @Test func `no more bytes wait than may`() throws {
        let batch = WriteBatch([1: Array(repeating: 0, count: 100)])
        var calls = calls(StoreLimits(bytesWaiting: batch.bytes * 2))
        _ = try calls.add(batch)
        _ = try calls.add(batch)
        #expect(throws: StorageFailure("journal", .overloaded)) { _ = try calls.add(batch) }
        _ = calls.take()
        _ = try calls.add(batch)
    }

    @Test func `a batch or key that would never fit is named as too large`() {
        let batch = WriteBatch([1: Array(repeating: 0, count: 100)])
        var calls = calls(StoreLimits(keyBytes: 4, bytesWaiting: batch.bytes - 1))
        let size = batch.bytes
        #expect(throws: StorageFailure("journal", .tooLarge(bytes: size, most: size - 1))) {
            _ = try calls.add(batch)
        }
        var long = WriteBatch()
        long.set([1, 2, 3, 4, 5], to: [], in: "left")
        #expect(throws: StorageFailure("journal", .tooLarge(bytes: 5, most: 4))) { _ = try calls.add(long) }
    }

    @Test func `after closing nothing is taken, and what waits is still there`() throws {
        var calls = calls(StoreLimits())
        _ = try calls.add(WriteBatch())
        calls.close()
        #expect(throws: StorageFailure("journal", .closed)) { _ = try calls.add(WriteBatch()) }
        #expect(throws: StorageFailure("journal", .closed)) {
            _ = try calls.add("left", .all, limit: 1, order: .ascending)
        }
        #expect(calls.take().writes.count == 1)
    }
}
