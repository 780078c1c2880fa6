import ConclavePrimitives

/// Segments of two sizes, shared by the senders and the links of a node.
///
/// A lane begins with a small one, so that a lone message does not pin a large one, and goes on with large
/// ones.
package final class SegmentPool: Sendable {
    private struct State {
        var small: [Segment] = []
        var large: [Segment] = []
    }

    /// What a lone vote or heartbeat needs, a page.
    static let smallBytes = 4_096
    /// Just below 64 KiB, so that one segment leaves in one packet of the kernel's and not in one and a
    /// crumb; also a multiple of 128, the cipher's fast length.
    package static let largeBytes = 65_408

    private let keep: (small: Int, large: Int)
    private let state = Lock(State())

    /// `keepBytes`: memory of each of the two sizes that waits here at most.
    package init(keepBytes: Int) {
        keep = (keepBytes / Self.smallBytes, keepBytes / Self.largeBytes)
    }

    func takeSmall() -> Segment {
        state.withLock { $0.small.popLast() } ?? Segment(capacity: Self.smallBytes)
    }

    func takeLarge() -> Segment {
        state.withLock { $0.large.popLast() } ?? Segment(capacity: Self.largeBytes)
    }

    /// A segment with room for one message of any size.
    func take(atLeast bytes: Int) -> Segment {
        if bytes <= Self.smallBytes { return takeSmall() }
        return bytes <= Self.largeBytes ? takeLarge() : Segment(capacity: bytes)
    }

    func give(_ segment: Segment) {
        segment.reset()
        state.withLock { state in
            switch segment.capacity {
            case Self.smallBytes where state.small.count < keep.small: state.small.append(segment)
            case Self.largeBytes where state.large.count < keep.large: state.large.append(segment)
            default: break
            }
        }
    }
}
