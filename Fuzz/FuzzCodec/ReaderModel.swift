internal import ConclaveCodec
internal import ConclaveFuzzing

/// A reader that copies its bytes and counts on its fingers.
struct ReaderModel {
    private let bytes: [UInt8]
    private var next = 0

    private var remaining: Int { bytes.count - next }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= remaining else { return nil }
        defer { next += count }
        return Array(bytes[next..<next + count])
    }

    /// The number that the digits mean, if they are its shortest form and it is not above `limit`.
    private mutating func varint(_ limit: UInt64, digitsMax: Int) -> UInt64? {
        var digits: [UInt8] = []
        while let digit = take(1)?[0] {
            digits.append(digit)
            if digits.count > digitsMax { return nil }
            if digit < 0x80 { break }
        }
        guard let last = digits.last, last < 0x80, digits.count == 1 || last != 0 else { return nil }
        var value: (high: UInt64, low: UInt64) = (0, 0)
        for digit in digits.reversed() {
            value.high = value.high << 7 | value.low >> 57
            value.low = value.low << 7 | UInt64(digit & 0x7F)
        }
        return value.high == 0 && value.low <= limit ? value.low : nil
    }

    /// Asks a reader and a model the same until one of them refuses; then both must.
    static func compare(_ choices: inout Choices) throws(Finding) {
        let requests = choices.bytes(atMost: choices.number(below: 32))
        let bytes = choices.rest()
        var model = ReaderModel(bytes: bytes)
        var reader = unsafe Reader(bytes.span.bytes)
        for request in requests {
            let left: UInt64?, right: UInt64?
            switch request % 6 {
            case 0: (left, right) = ((try? reader.byte()).map(UInt64.init), model.take(1).map(number))
            case 1:
                (left, right) = (
                    (try? reader.integer(UInt16.self)).map(UInt64.init), model.take(2).map(number)
                )
            case 2: (left, right) = (try? reader.integer(UInt64.self), model.take(8).map(number))
            case 3: (left, right) = (try? reader.varint64(), model.varint(.max, digitsMax: 10))
            case 4:
                let limit = UInt32(truncatingIfNeeded: 1) << UInt32(request % 31)
                left = (try? reader.varint32(limit: limit)).map(UInt64.init)
                right = model.varint(UInt64(limit), digitsMax: 5)
            default:
                let count = Int(request) / 6 - 2
                (left, right) = ((try? reader.array(count)).map(number), model.take(count).map(number))
            }
            try expect(
                left == right,
                "request \(request): \(String(describing: left)), not \(String(describing: right))")
            guard left != nil else { return }
            try expect(
                reader.remaining == model.remaining, "\(reader.remaining) bytes left, not \(model.remaining)")
        }
    }

    private static func number(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0) { $0 &* 256 &+ UInt64($1) }
    }
}
