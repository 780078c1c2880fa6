internal import ConclaveFuzzing
internal import ConclaveLocalnet

/// A file as somebody might write it: mostly with the right words, with other values, and now and then with
/// a byte that does not belong there.
enum WrittenFile {
    private static let words = [
        "1", "0", "-1", "4096", "65536", "1048576", "9223372036854775807", "\"1s\"", "\"250ms\"", "\"10m\"",
        "\"0s\"",
        "\"1MiB\"", "\"64KiB\"", "\"10/1s\"", "\"local\"", "\"production\"", "\"lookup\"", "\"discovery\"",
        "\"127.0.0.1:3000\"", "\"[::1]:0\"", "\"node.example:3000\"", "\"10.0.0.0/8\"", "\"\"", "null",
        "true", "[]", "{}",
        "1.5", "1e3", "\"loopback\"", "\"anywhere\"", "\"native\"", "\"commonware\"", "\"fuzz\"",
    ]

    static func genesis(_ choices: inout Choices) -> [UInt8] {
        var members = [
            "type": "\"conclave-genesis\"", "version": "1", "network": "\"net\"", "epochLength": "100",
        ]
        let people = (0..<choices.number(below: 4)).map { validator($0, &choices) }
        members["validators"] = "[" + people.joined(separator: ",") + "]"
        spoil(&members, &choices)
        return damaged(object(members), &choices)
    }

    static func settings(_ choices: inout Choices) -> [UInt8] {
        var members: [String: String] = [:]
        for _ in 0..<choices.number(below: 8) {
            members[choices.element(of: NodeSettings.names)] = word(&choices)
        }
        return damaged(object(members), &choices)
    }

    static func key(_ choices: inout Choices) -> [UInt8] {
        let hex = { (count: Int, choices: inout Choices) in
            "\"" + choices.bytes(atMost: count).map { String($0 % 16, radix: 16) }.joined() + "\""
        }
        var members = ["type": "\"conclave-key\"", "version": "1"]
        if choices.once(in: 2) {
            members["seed"] = hex(64, &choices)
        } else {
            members["sealed"] = hex(96, &choices)
            members["salt"] = hex(32, &choices)
            members["nonce"] = hex(48, &choices)
            members["operations"] = word(&choices)
            members["memoryBytes"] = word(&choices)
        }
        spoil(&members, &choices)
        return damaged(object(members), &choices)
    }

    private static func validator(_ number: Int, _ choices: inout Choices) -> String {
        let digit = String(choices.number(below: 4))
        var members = [
            "publicKey": "\"" + String(repeating: digit, count: 64) + "\"",
            "address": "\"127.0.0.1:\(3_000 + choices.number(below: 3))\"", "weight": "1",
        ]
        spoil(&members, &choices)
        return object(members)
    }

    /// Now and then one word is another, is missing, or was not asked for.
    private static func spoil(_ members: inout [String: String], _ choices: inout Choices) {
        guard choices.once(in: 4) else { return }
        let names = members.keys.sorted()
        let name = choices.element(of: names + ["extra"])
        members[name] = choices.once(in: 4) ? nil : word(&choices)
    }

    private static func word(_ choices: inout Choices) -> String {
        choices.once(in: 6)
            ? "\"" + String(decoding: choices.bytes(atMost: 12), as: UTF8.self) + "\""
            : choices.element(of: words)
    }

    private static func object(_ members: [String: String]) -> String {
        "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
            + "}"
    }

    private static func damaged(_ text: String, _ choices: inout Choices) -> [UInt8] {
        var bytes = Array(text.utf8)
        if choices.once(in: 4) { bytes[choices.number(below: bytes.count)] = choices.byte() }
        if choices.once(in: 8) { bytes.removeLast(choices.number(below: bytes.count)) }
        return bytes
    }
}
