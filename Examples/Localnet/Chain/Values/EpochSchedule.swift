/// Which heights an epoch covers. Height 0 is the genesis; epoch 0 begins at height 1.
public struct EpochSchedule: Hashable, Sendable {
    /// Most heights between the announcement of a roster and its first block: at 100 blocks a second
    /// newcomers have 0.6 s to be dialled before they are needed.
    public static let noticeMax: UInt64 = 64

    /// Blocks in an epoch; at least 1.
    public let length: UInt64

    /// A length of 0 counts as 1.
    public init(length: UInt64) {
        self.length = max(1, length)
    }

    /// The epoch that `height` belongs to; 0 for the genesis too.
    public func epoch(of height: UInt64) -> UInt64 {
        height == 0 ? 0 : (height - 1) / length
    }

    /// The first height of `epoch`.
    public func first(of epoch: UInt64) -> UInt64 {
        let (product, isTooLarge) = epoch.multipliedReportingOverflow(by: length)
        return isTooLarge || product == .max ? .max : product + 1
    }

    /// The last height of `epoch`, whose block names the next roster.
    public func last(of epoch: UInt64) -> UInt64 {
        let first = first(of: epoch)
        return first > .max - (length - 1) ? .max : first + (length - 1)
    }

    /// The height whose state fixes who validates in the epoch after `epoch`.
    ///
    /// Short epochs are announced half-way, so that what is decided in the first half still counts.
    public func announcement(in epoch: UInt64) -> UInt64 {
        last(of: epoch) - min(Self.noticeMax, (length - 1) / 2)
    }
}
