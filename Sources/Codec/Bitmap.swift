/// A fixed number of bits, least significant first in each byte, unused bits zero.
public struct Bitmap: Hashable, Sendable {
    /// How many bits there are.
    public let count: Int
    private var storage: [UInt8]

    /// All zero. `count` is not negative.
    public init(count: Int) {
        precondition(count >= 0, "\(count) bits")
        self.count = count
        storage = Array(repeating: 0, count: Self.byteCount(count))
    }

    /// The bit at `index`, which must be in `0..<count`.
    public subscript(index: Int) -> Bool {
        get {
            precondition(index >= 0 && index < count, "bit \(index) of \(count)")
            return storage[index / 8] >> UInt8(index % 8) & 1 == 1
        }
        set {
            precondition(index >= 0 && index < count, "bit \(index) of \(count)")
            let mask: UInt8 = 1 << UInt8(index % 8)
            if newValue { storage[index / 8] |= mask } else { storage[index / 8] &= ~mask }
        }
    }

    /// How many bits are set.
    public var population: Int { storage.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// ⌈count / 8⌉ of them, for formats that know the count.
    public var bytes: [UInt8] { storage }

    /// Reads the bytes alone, of a bitmap whose count is known. `count` is not negative.
    public init(from reader: inout Reader, count: Int) throws(DecodeError) {
        precondition(count >= 0, "\(count) bits")
        self.count = count
        storage = try reader.array(Self.byteCount(count))
        if count % 8 != 0, let last = storage.last, last >> UInt8(count % 8) != 0 { throw .trailingBits }
    }

    /// Appends `count as u64 ‖ bytes`.
    public func encode(into writer: inout Writer) {
        writer.integer(UInt64(count))
        writer.append(storage)
    }

    /// Reads a bitmap of at most `limit` bits.
    public init(from reader: inout Reader, limit: Int) throws(DecodeError) {
        let declared = try reader.integer(UInt64.self)
        let limit = UInt64(clamping: limit)
        guard declared <= limit else { throw .aboveLimit(value: declared, limit: limit) }
        try self.init(from: &reader, count: Int(declared))
    }

    private static func byteCount(_ bits: Int) -> Int {
        bits / 8 + (bits % 8 == 0 ? 0 : 1)  // never overflows, unlike rounding up first
    }
}
