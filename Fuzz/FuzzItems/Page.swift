internal import ConclaveTransport

/// Bytes that are read from the front.
struct Page {
    private struct Short: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() throws -> UInt8 {
        guard let first = rest.popFirst() else { throw Short() }
        return first
    }

    mutating func bytes(_ count: UInt64) throws -> [UInt8] {
        guard count <= rest.count else { throw Short() }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    mutating func number(_ count: UInt64) throws -> UInt64 {
        try bytes(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A varint of at most 32 bits.
    mutating func varint() throws -> UInt64 {
        let value = try long(digitsMax: 5)
        guard value <= UInt32.max else { throw Short() }
        return value
    }

    /// A varint of at most 64 bits.
    mutating func long(digitsMax: Int = 10) throws -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<digitsMax {
            let digit = try byte()
            let part = UInt64(digit & 0x7F)
            guard place < 9 || part < 2, place == 0 || digit != 0 else { throw Short() }
            value |= part << UInt64(7 * place)
            if digit < 0x80 { return value }
        }
        throw Short()
    }

    mutating func hello() throws -> NativeHello {
        let lowest = try byte(), highest = try byte(), features = try number(8), limit = Int(try varint())
        guard lowest > 0, lowest <= highest, (4_096...65_408).contains(limit) else { throw Short() }
        let agentBytes = try varint()
        guard agentBytes <= 64 else { throw Short() }
        let agent = try bytes(agentBytes)
        guard agent.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw Short() }
        return NativeHello(
            versions: lowest...highest, features: features, recordBytes: limit,
            agent: String(decoding: agent, as: UTF8.self), channels: try channels())
    }

    private mutating func channels() throws -> [NativeHello.Channel] {
        let count = try varint()
        guard count <= 128 else { throw Short() }
        var channels: [NativeHello.Channel] = []
        for _ in 0..<count {
            let number = try long(), largest = try varint(), flags = try byte()
            guard channels.last.map({ $0.number < number }) ?? true else { throw Short() }
            channels.append(
                .init(number: number, messageBytesMax: UInt32(largest), flags: .init(rawValue: flags)))
        }
        return channels
    }
}
