internal import CConclaveSodium

extension [UInt8] {
    /// Overwrites the bytes in a way that the optimiser does not remove, then empties the array.
    ///
    /// It reaches this array's own memory: whoever kept a copy keeps the secret.
    package mutating func wipe() {
        unsafe withUnsafeMutableBytes { unsafe sodium_memzero($0.baseAddress, $0.count) }
        removeAll()
    }

    /// Whether both hold the same bytes, in a time that does not tell where they differ.
    package func equalsInConstantTime(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return unsafe sodium_memcmp(self, other, count) == 0
    }
}
