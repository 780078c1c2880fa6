import CConclaveMemory

/// Where an object lies that is touched soon: thousands of links wait longer for their memory than for
/// anything else, and each alone would wait line by line.
///
/// Noted while the object is at hand: to ask it later would touch what is not loaded yet. Nothing is read
/// through it, so one that is out of date does no harm.
@safe
package struct MemoryHint: Equatable {
    @usableFromInline let start: UnsafeRawPointer?

    /// Nothing that is worth it.
    @inlinable
    package init() {
        unsafe start = nil
    }

    // Not for objects: a call from another module is handed a reference of its own, and to count that one
    // touches the object. Modules have an initializer each, which is inlined.
    @inlinable @inline(__always)
    package init(_ address: UnsafeRawPointer?) {
        unsafe start = address
    }

    @inlinable @inline(__always)
    package static func == (left: MemoryHint, right: MemoryHint) -> Bool {
        unsafe left.start == right.start
    }

    /// Begins to load so many lines of 64 bytes, `first` lines behind the beginning.
    package func load(_ lines: Int, from first: Int) {
        if let start = unsafe start { unsafe conclave_prefetch(start + 64 * first, lines) }
    }

    /// Begins to load the first `lines` lines of 64 bytes.
    @inlinable @inline(__always)
    package func load(_ lines: Int) { load(lines, from: 0) }

    /// A number in `0..<bound`, the same for the same object; `bound` is a power of two.
    package func place(below bound: Int) -> Int {
        let mixed = UInt(bitPattern: unsafe start) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40) & (bound - 1)
    }
}
