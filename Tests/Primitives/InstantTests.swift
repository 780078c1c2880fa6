import ConclavePrimitives
import Testing

@Suite struct InstantTests {
    @Test func `advancing past either end saturates`() {
        #expect(Instant(nanoseconds: .max - 1).advanced(by: .seconds(10)) == .distantFuture)
        #expect(Instant(nanoseconds: 5).advanced(by: .seconds(-10)) == Instant(nanoseconds: 0))
        #expect(Instant(nanoseconds: 1).advanced(by: .seconds(Int64.max)) == Instant(nanoseconds: 1 + UInt64(Int64.max)))
    }
}
