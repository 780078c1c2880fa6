import ConclavePrimitives

/// Segments of three sizes, shared by the senders and the links of a node.
///
/// A lane begins with a small one, so that a lone message does not pin a large one, and goes on with large
/// ones. The middle size is for single messages too large to be copied on sending.
package final class SegmentPool: Sendable {
    private struct State {
        var small: [Segment] = []
        var middle: [Segment] = []
        var large: [Segment] = []
    }

    /// What a lone vote or heartbeat needs, a page.
    package static let smallBytes = 4_096
    /// A message of 16 KiB with its frame; a multiple of 128, the cipher's fast length.
    package static let middleBytes = 16_640
    /// Just below 64 KiB, so that one segment leaves in one packet of the kernel's and not in one and a
    /// crumb; also a multiple of 128.
    package static let largeBytes = 65_408

    private let keep: (small: Int, middle: Int, large: Int)
    private let state = Lock(State())

    /// `keepBytes`: memory of each of the three sizes that waits here at most.
    package init(keepBytes: Int) {
        keep = (keepBytes / Self.smallBytes, keepBytes / Self.middleBytes, keepBytes / Self.largeBytes)
    }

    func takeSmall() -> Segment {
        state.withLock { $0.small.popLast() } ?? Segment(capacity: Self.smallBytes)
    }

    func takeLarge() -> Segment {
        state.withLock { $0.large.popLast() } ?? Segment(capacity: Self.largeBytes)
    }

    /// Memory of the segment that ``take(atLeast:)`` gives.
    static func capacity(atLeast bytes: Int) -> Int {
        if bytes <= smallBytes { return smallBytes }
        if bytes <= middleBytes { return middleBytes }
        return max(bytes, largeBytes)
    }

    /// A segment with room for one message of any size.
    func take(atLeast bytes: Int) -> Segment {
        switch Self.capacity(atLeast: bytes) {
        case Self.smallBytes: takeSmall()
        case Self.middleBytes:
            state.withLock { $0.middle.popLast() } ?? Segment(capacity: Self.middleBytes)
        case Self.largeBytes: takeLarge()
        case let capacity: Segment(capacity: capacity)
        }
    }

    func give(_ segment: Segment) {
        segment.reset()
        state.withLock { state in
            switch segment.capacity {
            case Self.smallBytes where state.small.count < keep.small: state.small.append(segment)
            case Self.middleBytes where state.middle.count < keep.middle: state.middle.append(segment)
            case Self.largeBytes where state.large.count < keep.large: state.large.append(segment)
            default: break
            }
        }
    }
}
