package import Conclave

/// What validators send each other in a scenario: who speaks, and so much that whoever hears it can tell
/// whether something is missing, twice, out of order or damaged.
package struct Heartbeat: Equatable, CustomStringConvertible {
    /// The speaker, and which of its lives speaks.
    let speaker: Int, life: Int
    /// Counts what this life has sent with this priority.
    let sequence: UInt64
    let priority: Priority

    package var description: String {
        "\(speaker)'s \(priority) message \(sequence) of life \(life)"
    }

    /// Bytes before the filling.
    static let headBytes = 2 + 2 + 8 + 1 + 4

    /// The message, `size` bytes long and at least ``headBytes``.
    func message(size: Int) -> [UInt8] {
        let filling = max(0, size - Self.headBytes)
        var writer = Writer(capacity: Self.headBytes + filling)
        writer.integer(UInt16(speaker))
        writer.integer(UInt16(life))
        writer.integer(sequence)
        writer.byte(priority.rawValue)
        writer.integer(UInt32(filling))
        writer.append(repeatElement(fillingByte, count: filling))
        return writer.bytes
    }

    private var fillingByte: UInt8 { UInt8(truncatingIfNeeded: sequence) }

    package init(speaker: Int, life: Int, sequence: UInt64, priority: Priority) {
        self.speaker = speaker
        self.life = life
        self.sequence = sequence
        self.priority = priority
    }

    /// Nil for what no validator has sent like this.
    init?(_ bytes: RawSpan) {
        var reader = Reader(bytes)
        guard let speaker = try? reader.integer(UInt16.self), let life = try? reader.integer(UInt16.self),
            let sequence = try? reader.integer(UInt64.self), let raw = try? reader.byte(),
            let priority = Priority(rawValue: raw), let filling = try? reader.integer(UInt32.self),
            reader.remaining == Int(filling)
        else { return nil }
        self.init(speaker: Int(speaker), life: Int(life), sequence: sequence, priority: priority)
        guard filling > 0 else { return }
        var rest = Reader(bytes)
        guard (try? rest.take(bytes.byteCount - 1)) != nil, (try? rest.byte()) == fillingByte else {
            return nil
        }
    }
}
