import ConclavePrimitives
import Testing

@testable import ConclaveChainApplication

@Suite struct GapMeterTests {
    func at(_ milliseconds: UInt64) -> WallTime { WallTime(milliseconds: milliseconds) }

    @Test func `the longest time between two blocks is told once`() {
        var meter = GapMeter(since: at(100))
        #expect(meter.take() == nil)
        for time: UInt64 in [100, 110, 150, 155] { meter.delivered(at(time)) }
        #expect(meter.take() == .milliseconds(40))
        #expect(meter.take() == nil)
        meter.delivered(at(160))
        #expect(meter.take() == .milliseconds(5))
    }

    @Test func `the time before the process began does not count, nor a clock that goes back`() {
        var meter = GapMeter(since: at(100))
        for time: UInt64 in [20, 90, 300] { meter.delivered(at(time)) }
        #expect(meter.take() == nil)
        meter.delivered(at(280))
        #expect(meter.take() == .zero)
    }
}
