/// Cuts a stream of bytes into lines.
struct LineSplitter {
    /// Longest line in bytes; the rest of a longer one is thrown away, so that a program that writes no line
    /// breaks cannot fill our memory.
    static let lineBytesMax = 65_536

    private var line: [UInt8] = []

    /// Takes `bytes` in and gives the lines that they complete, without their line breaks. What is not UTF-8
    /// is replaced.
    mutating func received(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        for index in bytes.indices {
            let byte = unsafe bytes[index]
            if byte == UInt8(ascii: "\n") {
                lines.append(takeLine())
            } else if line.count < Self.lineBytesMax {
                line.append(byte)
            }
        }
        return lines
    }

    /// What was written behind the last line break, if anything.
    mutating func ended() -> String? {
        line.isEmpty ? nil : takeLine()
    }

    private mutating func takeLine() -> String {
        defer { line.removeAll(keepingCapacity: true) }
        return String(decoding: line, as: UTF8.self)
    }
}
