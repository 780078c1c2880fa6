/// LZ4 as its format is described, one byte at a time, with no thought of speed.
struct PlainDecompressor {
    private var input: ArraySlice<UInt8>
    private var output: [UInt8] = []
    private let limit: Int

    /// The message whose compressed form is `bytes`; nil if there is none.
    static func message(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var input = bytes[...]
        guard let declared = length(&input), declared <= limit, declared > bytes.count,
            declared <= input.count * 255
        else { return nil }
        var block = PlainDecompressor(input: input, limit: declared)
        guard block.decompress(), block.output.count == declared else { return nil }
        return block.output
    }

    /// The varint in front, in its shortest form and of at most 32 bits.
    private static func length(_ input: inout ArraySlice<UInt8>) -> Int? {
        var value = 0
        for place in 0..<5 {
            guard let digit = input.popFirst() else { return nil }
            value += Int(digit & 0x7F) << (7 * place)
            if digit < 0x80 { return (place > 0 && digit == 0) || value > Int(UInt32.max) ? nil : value }
        }
        return nil
    }

    private mutating func decompress() -> Bool {
        while true {
            guard let token = input.popFirst(), let literals = run(token >> 4), literals <= input.count,
                output.count + literals <= limit
            else { return false }
            for _ in 0..<literals {
                guard let byte = input.popFirst() else { return false }
                output.append(byte)
            }
            if input.isEmpty { return true }
            guard let low = input.popFirst(), let high = input.popFirst() else { return false }
            let distance = Int(low) + Int(high) * 256
            guard distance > 0, distance <= output.count, let count = run(token & 15),
                output.count + count + 4 <= limit
            else { return false }
            for _ in 0..<count + 4 { output.append(output[output.count - distance]) }
        }
    }

    private mutating func run(_ bits: UInt8) -> Int? {
        var sum = Int(bits)
        var more: UInt8 = bits == 15 ? 255 : 0
        while more == 255 {
            guard let next = input.popFirst() else { return nil }
            more = next
            sum += Int(more)
        }
        return sum
    }
}
