internal import ConclaveFuzzedLink
package import ConclaveFuzzing
internal import ConclaveTestWires
internal import ConclaveTransport

/// A stream between two who have shaken hands, in the hands of somebody who holds no key.
///
/// - The records that lie in front of the first byte he touched are heard, and nothing behind it is, ever.
/// - A record that he touched, or moved to another place, ends the session as soon as it is there whole.
package enum FuzzSession: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        var story = choices.once(in: 2) ? LinkStory.native() : LinkStory.commonware()
        var wire: [UInt8] = []
        for _ in 0..<choices.number(in: 1...12) {
            wire += try story.step(&choices)
        }
        wire += try story.flush(budget: .max)
        let honest = Stream(wire)
        let touched = honest.touched(&choices)
        let heard = try outcome(of: touched.bytes, story)
        try compare(
            heard,
            with: try outcome(of: Array(wire.prefix(honest.wholeRecords(before: touched.first))), story))
        let isWhole = Stream(touched.bytes).hasWholeRecord(at: honest.wholeRecords(before: touched.first))
        try expect(heard.fault != nil || !isWhole, "a record that was touched at \(touched.first) passes")
    }

    private typealias Outcome = (heard: [Heard], fault: PeerFault?)

    private static func outcome(of bytes: [UInt8], _ story: LinkStory) throws(Finding) -> Outcome {
        let receiving = try story.receiver()
        do throws(PeerFault) {
            try receiving.feed(bytes)
            return (receiving.heard, nil)
        } catch {
            return (receiving.heard, error)
        }
    }

    private static func compare(_ outcome: Outcome, with honest: Outcome) throws(Finding) {
        try expect(honest.fault == nil, "an honest stream is refused: \(String(describing: honest.fault))")
        try expect(
            outcome.heard == honest.heard,
            "\(outcome.heard.count) things are heard, and \(honest.heard.count) were sent")
    }
}
