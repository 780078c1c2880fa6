internal import ConclaveFuzzedLink
package import ConclaveFuzzing
internal import ConclaveTestWires
internal import ConclaveTransport

/// What one side sends, cut anywhere on its way.
///
/// - However messages were offered, packed and cut, each arrives once, whole, and in the order of its
///   priority.
/// - A reader holds no more memory than for the frame, and for the messages in pieces, that have not
///   arrived whole.
package enum FuzzFrames: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        var story = choices.once(in: 2) ? LinkStory.native() : LinkStory.commonware()
        var wire: [UInt8] = []
        for _ in 0..<48 where !choices.isEmpty {
            wire += try story.step(&choices)
        }
        wire += try story.flush(budget: .max)
        try deliver(wire, of: story, &choices)
    }

    private static func deliver(
        _ wire: [UInt8], of story: LinkStory, _ choices: inout Choices
    ) throws(Finding) {
        let receiving = try story.receiver()
        var rest = wire[...]
        while !rest.isEmpty {
            let part = rest.prefix(size(&choices))
            rest = rest.dropFirst(part.count)
            do throws(PeerFault) {
                try receiving.feed(part)
            } catch {
                throw Finding("an honest stream is refused: \(error)")
            }
            try expect(
                receiving.pinnedBytes <= LinkStory.pinnedBytesMax, "\(receiving.pinnedBytes) bytes are held")
        }
        try story.compare(receiving.heard)
    }

    /// Bytes of one read: often few, and everything once there is nothing to choose from.
    private static func size(_ choices: inout Choices) -> Int {
        guard !choices.isEmpty else { return .max }
        return switch choices.number(below: 4) {
        case 0: 1
        case 1: choices.number(in: 1...40)
        case 2: choices.number(in: 1...5_000)
        default: choices.number(in: 1...300_000)
        }
    }
}
