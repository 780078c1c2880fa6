import ConclavePrimitives

/// Segments of three sizes, shared by the senders and the links of a node.
///
/// A lane begins with a small one, so that a lone message does not pin a large one, and goes on with large
/// ones. The middle size is for single messages too large to be copied on sending.
package final class SegmentPool: Sendable {
    private struct State {
        var small = Spares<Segment>()
        var middle = Spares<Segment>()
        var large = Spares<Segment>()
        /// Whether it was told that more waits than stays in any case.
        var isNoted = false
    }

    /// What a lone vote or heartbeat needs, a page.
    package static let smallBytes = 4_096
    /// A message of 16 KiB with its frame; a multiple of 128, the cipher's fast length.
    package static let middleBytes = 16_640
    /// Just below 64 KiB, so that one segment leaves in one packet of the kernel's and not in one and a
    /// crumb; also a multiple of 128.
    package static let largeBytes = 65_408

    private typealias Counts = (small: Int, middle: Int, large: Int)

    private let keep: Counts
    /// How many stay although nobody needs them.
    private let idle: Counts
    private let whenAbove: @Sendable () -> Void
    private let state = Lock(State())

    /// `keepBytes`: memory of each of the three sizes that waits here at most, and stays.
    package convenience init(keepBytes: Int) {
        self.init(PoolTerms(keepBytes: keepBytes, idleBytes: keepBytes) {})
    }

    /// The bounds hold for each of the three sizes.
    package init(_ terms: PoolTerms) {
        keep = Self.counts(terms.keepBytes)
        idle = Self.counts(terms.idleBytes)
        whenAbove = terms.whenAbove
    }

    private static func counts(_ bytes: Int) -> Counts {
        (bytes / smallBytes, bytes / middleBytes, bytes / largeBytes)
    }

    func takeSmall() -> Segment {
        state.withLock { $0.small.take() } ?? Segment(capacity: Self.smallBytes)
    }

    func takeLarge() -> Segment {
        state.withLock { $0.large.take() } ?? Segment(capacity: Self.largeBytes)
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
            state.withLock { $0.middle.take() } ?? Segment(capacity: Self.middleBytes)
        case Self.largeBytes: takeLarge()
        case let capacity: Segment(capacity: capacity)
        }
    }

    func give(_ segment: Segment) {
        segment.reset()
        let isNews = state.withLock { state in
            switch segment.capacity {
            case Self.smallBytes: Self.give(segment, to: &state.small, keep.small, idle.small, &state.isNoted)
            case Self.middleBytes:
                Self.give(segment, to: &state.middle, keep.middle, idle.middle, &state.isNoted)
            case Self.largeBytes: Self.give(segment, to: &state.large, keep.large, idle.large, &state.isNoted)
            default: false
            }
        }
        if isNews { whenAbove() }
    }

    /// Whether it has to be told that more waits than stays.
    @inline(__always)
    private static func give(
        _ segment: Segment, to spares: inout Spares<Segment>, _ keep: Int, _ idle: Int,
        _ isNoted: inout Bool
    ) -> Bool {
        guard spares.count < keep else { return false }
        spares.give(segment)
        guard !isNoted, spares.count > idle else { return false }
        isNoted = true
        return true
    }

    /// Gives up what nobody has needed since the last call.
    package func giveUpUnneeded() -> PoolLook {
        // They end outside of the lock.
        let (unneeded, isAbove) = state.withLock { state -> ([Segment], Bool) in
            let unneeded =
                state.small.takeUnneeded(leaving: idle.small)
                + state.middle.takeUnneeded(leaving: idle.middle)
                + state.large.takeUnneeded(leaving: idle.large)
            state.isNoted =
                state.small.count > idle.small || state.middle.count > idle.middle
                || state.large.count > idle.large
            return (unneeded, state.isNoted)
        }
        return PoolLook(freed: unneeded.lazy.map(\.capacity), isAbove: isAbove)
    }
}
