import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

@Suite struct ViewTimersTests {
    @Test func `timers grow by a quarter from the fourth view on, eightfold at most`() {
        let base = Duration.milliseconds(1_024)
        #expect((0...3).allSatisfy { ViewTimers.grown(base, unsettled: $0) == base })
        #expect(ViewTimers.grown(base, unsettled: 4) == base * 5 / 4)
        #expect(ViewTimers.grown(base, unsettled: 5) == base * 25 / 16)
        #expect(ViewTimers.grown(base, unsettled: 12) < base * 8)
        #expect(ViewTimers.grown(base, unsettled: 13) == base * 8)
        #expect(ViewTimers.grown(base, unsettled: .max) == base * 8)
    }

    @Test func `a deadline that has passed stays passed`() {
        var timers = ViewTimers(delta: .seconds(1), unsettled: 1, at: instant(0))
        #expect(!timers.isOver(at: instant(1_999)))
        #expect(timers.isOver(at: instant(2_000)))
        timers.leader = nil
        #expect(!timers.isOver(at: instant(2_000)))
        #expect(timers.isOver(at: instant(3_000)))
        #expect(timers.isOver(at: instant(900_000)))
    }
}
