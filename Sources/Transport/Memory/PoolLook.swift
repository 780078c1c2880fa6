/// What came of a look at what a pool keeps.
package struct PoolLook: Sendable {
    /// Memory that it gave up, in bytes.
    package private(set) var freedBytes = 0
    /// Whether more waits than stays in any case, so that another look is worth it.
    package private(set) var isAbove = false

    init(freed bytes: some Sequence<Int>, isAbove: Bool) {
        freedBytes = bytes.reduce(0, +)
        self.isAbove = isAbove
    }

    package static func += (left: inout PoolLook, right: PoolLook) {
        left.freedBytes += right.freedBytes
        left.isAbove = left.isAbove || right.isAbove
    }
}
