package import ConclaveFuzzing
internal import ConclaveTransport

/// Messages that say they are compressed.
///
/// - What is accepted is what a decompressor says that goes byte by byte and copies everything.
/// - liblz4 itself finds no fault with it, in room of exactly that size.
/// - Nothing of what lay in the memory before comes out.
/// - What was compressed comes back, and is shorter than it was.
package enum FuzzCompression: FuzzTarget {
    private static let messageBytesMax = 1 << 18

    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        if choices.once(in: 3) {
            try roundTrip(&choices)
        } else {
            try foreign(choices.rest())
        }
    }

    /// A peer's bytes. liblz4 refuses some blocks that mean something: the last bytes of a block must be
    /// literals.
    private static func foreign(_ bytes: [UInt8]) throws(Finding) {
        let model = PlainDecompressor.message(bytes, limit: messageBytesMax)
        let count = model?.count ?? 0
        let decoded = decode(bytes, over: 0x00, count), again = decode(bytes, over: 0xFF, count)
        try expect(decoded == again, "what lay in the memory changes the outcome")
        let library = model.flatMap { libraryDecodes(bytes, count: $0.count) }
        try expect(decoded == library, "\(describe(decoded)), and liblz4 says \(describe(library))")
        try expect(
            decoded == nil || decoded == model, "\(describe(decoded)), and the model says \(describe(model))")
    }

    private static func roundTrip(_ choices: inout Choices) throws(Finding) {
        var message: [UInt8] = []
        while !choices.isEmpty, message.count < messageBytesMax / 2 {
            switch choices.number(below: 3) {
            case 0: message += choices.bytes(atMost: choices.number(below: 64))
            case 1: message += repeatElement(choices.byte(), count: choices.number(below: 2_000))
            default: message += pattern(choices.number(below: 300), seed: choices.seed())
            }
        }
        guard let compressed = CompressedMessage.encoding(message) else { return }
        try expect(compressed.count < message.count, "\(message.count) bytes became \(compressed.count)")
        try expect(
            decode(compressed, over: 0xFF, message.count) == message,
            "\(message.count) bytes do not come back")
    }

    /// Decompresses into memory that was used for a message of `count` bytes, all of them `filling`.
    private static func decode(_ bytes: [UInt8], over filling: UInt8, _ count: Int) -> [UInt8]? {
        let slabs = SlabPool(keepBytes: messageBytesMax * 2)
        if let used = CompressedMessage.encoding([UInt8](repeating: filling, count: count)) {
            _ = decode(used, slabs)
        }
        return decode(bytes, slabs)
    }

    private static func decode(_ bytes: [UInt8], _ slabs: SlabPool) -> [UInt8]? {
        unsafe bytes.withUnsafeBytes { buffer in
            try? unsafe CompressedMessage.bytes(of: buffer, limit: messageBytesMax, slabs: slabs)
        }
    }

    private static func libraryDecodes(_ bytes: [UInt8], count: Int) -> [UInt8]? {
        let block = Array(bytes.drop { $0 >= 0x80 }.dropFirst())
        var target = [UInt8](repeating: 0, count: count)
        let isDecoded: Void? = unsafe block.withUnsafeBytes { source in
            unsafe target.withUnsafeMutableBytes { target in
                try? unsafe LZ4Block.decompress(source, into: target)
            }
        }
        return isDecoded.map { target }
    }

    private static func describe(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "refused" }
        return "\(bytes.count) bytes"
    }
}
