internal import ConclaveCodec
internal import ConclaveFuzzing

extension FuzzCodec {
    /// Reads the rest of the input as text. What it means prints in a form of its own, which means the same.
    static func text(_ choices: inout Choices) throws(Finding) {
        let kind = choices.number(below: 6)
        let bytes = choices.bytes(atMost: 400)
        let text = String(decoding: bytes, as: UTF8.self)
        switch kind {
        case 0: try stable(text, { try? Ingress($0) }, \.description)
        case 1: try stable(text, { try? SocketAddress($0) }, \.description)
        case 2: try stable(text, { try? IPAddress($0) }, \.description)
        case 3: try stable(text, { try? IPNetwork($0) }, \.description)
        case 4: try stable(text, Hex.bytes, { Hex.text($0) })
        default: try network(bytes, &choices)
        }
    }

    private static func stable<Value: Equatable>(
        _ text: String, _ read: (String) -> Value?, _ print: (Value) -> String
    ) throws(Finding) {
        guard let value = read(text) else { return }
        let printed = print(value), again = read(printed)
        try expect(
            again == value,
            "\(text) reads as \(value), prints as \(printed), reads as \(String(describing: again))")
    }

    /// A network holds what begins with its bits, and nothing else.
    private static func network(_ bytes: [UInt8], _ choices: inout Choices) throws(Finding) {
        guard
            let first = IPAddress(networkOrder: Array(bytes.prefix(16)))
                ?? IPAddress(networkOrder: Array(bytes.prefix(4))),
            let other = IPAddress(networkOrder: Array(bytes.suffix(first.bytes.count)))
        else { return }
        let bits = Int(bytes.first ?? 0) % 129
        guard let network = IPNetwork(first, prefixBits: bits) else { return }
        let matches = other.isV4 == first.isV4 && commonBits(first.bytes, other.bytes) >= bits
        try expect(network.contains(first), "\(network) does not hold its own first address")
        try expect(network.contains(other) == matches, "\(network) and \(other)")
    }

    private static func commonBits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        for (index, (l, r)) in zip(left, right).enumerated() where l != r {
            return index * 8 + (l ^ r).leadingZeroBitCount
        }
        return left.count * 8
    }
}
