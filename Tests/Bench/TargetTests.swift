import ConclaveSystem
import Testing

@testable import ConclaveBench

@Suite struct TargetTests {
    private static let trial = Trial("throughput --size 64")

    private func result(_ rounds: [[String]]) -> TrialResult {
        var result = TrialResult()
        for lines in rounds { result.add(lines, .code(0)) }
        return result
    }

    private func round(_ rate: Int) -> String {
        #"{"benchmark":"throughput","wire":"native","size":64,"messagesPerSecond":\#(rate).5}"#
    }

    @Test func `the median of the rounds counts`() {
        let result = result([[round(10)], [round(30)], [round(20)]])
        #expect(result.figure("messagesPerSecond") == 20.5)
        #expect(result.figure("size") == 64)
        #expect(result.figure("benchmark") == nil)
        #expect(result.figure("p50Microseconds") == nil)
    }

    @Test func `of several lines with one figure the first counts`() {
        let lines = [#"{"scenario":"mesh","seconds":4.0}"#, #"{"scenario":"standard","seconds":1.0}"#]
        #expect(result([lines]).figure("seconds") == 4)
    }

    @Test(arguments: [(19, false), (20, true), (21, true)])
    func `at least means as much or more`(_ rate: Int, _ isMet: Bool) {
        let target = Target("one way", Self.trial, "messagesPerSecond", .atLeast(20.5))
        #expect(target.verdict(on: result([[round(rate)]])).isMet == isMet)
    }

    @Test(arguments: [(19, true), (20, true), (21, false)])
    func `at most means as much or less`(_ rate: Int, _ isMet: Bool) {
        let target = Target("one way", Self.trial, "messagesPerSecond", .atMost(20.5))
        #expect(target.verdict(on: result([[round(rate)]])).isMet == isMet)
    }

    @Test(arguments: [(7, true), (9, false)])
    func `a bound may be another figure`(_ unread: Int, _ isMet: Bool) {
        let target = Target("unread", Self.trial, "unreadBytes", .within("unreadBudgetBytes"))
        let verdict = target.verdict(on: result([[#"{"unreadBytes":\#(unread),"unreadBudgetBytes":8}"#]]))
        #expect(verdict.wanted == 8)
        #expect(verdict.isMet == isMet)
    }

    @Test(arguments: [(1.4, false), (1.5, true)])
    func `beside a comparison program its ratio decides, whatever the absolute value`(
        _ ratio: Double, _ isMet: Bool
    ) {
        let target = Target(
            "one way", Self.trial, "messagesPerSecond", .atLeast(100), .toC(.atLeast(1.5)))
        let peer = #"{"benchmark":"throughput","peer":"C, a seal per message","size":64,"ratio":\#(ratio)}"#
        let verdict = target.verdict(on: result([[round(10), peer]]))
        #expect(verdict.measured == 10.5)
        #expect(verdict.ratio?.measured == ratio)
        #expect(verdict.isMet == isMet)
        let others = #"{"benchmark":"throughput","peer":"ZeroMQ CURVE","size":64,"ratio":9.0}"#
        #expect(!target.verdict(on: result([[round(10), others]])).isMet)
    }

    @Test func `a round that failed fails the row, and so does a figure that is missing`() {
        let target = Target("one way", Self.trial, "messagesPerSecond", .atLeast(1))
        var failed = result([[round(10)]])
        failed.add([round(10)], .code(1))
        #expect(!target.verdict(on: failed).isMet)
        #expect(!target.verdict(on: result([["no object"], [#"{"size":64}"#]])).isMet)
        #expect(target.verdict(on: result([[round(10)]])).isMet)
    }
}
