import ConclaveCryptography

/// The keys on arrays, as tests like to have them.
extension SealingKey {
    mutating func sealed(_ plaintext: [UInt8]) throws -> [UInt8] {
        var record = plaintext + [UInt8](repeating: 0, count: Self.overhead)
        try unsafe record.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe seal(start, count: plaintext.count)
        }
        return record
    }
}

extension OpeningKey {
    mutating func opened(_ record: [UInt8]) throws -> [UInt8] {
        var plaintext = record
        let count = record.count - SealingKey.overhead
        try unsafe plaintext.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe open(start, count: count, into: start)
        }
        return Array(plaintext.prefix(count))
    }
}
