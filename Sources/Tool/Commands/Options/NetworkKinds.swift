import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import ConclaveTelemetry

/// A peer as the command line names it: its key, and where it is dialled.
struct KnownPeer: Hashable, Sendable {
    let key: PublicKey
    let address: Ingress
}

/// A peer as `--peer` names it: where it is dialled is found out in discovery.
struct NamedPeer: Hashable, Sendable {
    let key: PublicKey
    let address: Ingress?
}

extension ValueKind where Value == PublicKey {
    static var publicKey: ValueKind {
        ValueKind("HEX", expected: "a public key of 64 hexadecimal digits") { word in
            Hex.bytes(word).flatMap { PublicKey($0) }
        }
    }
}

extension ValueKind where Value == Ingress {
    private static var examples: String { "1.2.3.4:3000, [::1]:3000 or name.example:3000" }

    fileprivate static var expectedBehindKey: String {
        "a public key of 64 hexadecimal digits, @, and an address such as \(examples)"
    }

    fileprivate static func dialAddress(_ word: String) -> Ingress? {
        guard let address = try? Ingress(word), address.port > 0 else { return nil }
        return address
    }
}

extension ValueKind where Value == KnownPeer {
    /// A key, an at sign, and where to dial.
    static var peer: ValueKind {
        ValueKind("HEX@ADDR", expected: ValueKind<Ingress>.expectedBehindKey) { word in
            guard let peer = NamedPeer(word), let address = peer.address else { return nil }
            return KnownPeer(key: peer.key, address: address)
        }
    }
}

extension ValueKind where Value == Ingress {
    /// Where something is reached: an address or a name, with a port.
    static var ingress: ValueKind {
        let expected = "an address such as 127.0.0.1:9000, [::1]:9000 or name.example:9000"
        return ValueKind("ADDR", expected: expected) { word in
            (try? Ingress(word)).flatMap { $0.port > 0 ? $0 : nil }
        }
    }
}

extension ValueKind where Value == NamedPeer {
    /// A key, and where to dial unless that is found out.
    static var namedPeer: ValueKind {
        ValueKind("HEX@ADDR", expected: ValueKind<Ingress>.expectedBehindKey) { word in NamedPeer(word) }
    }
}

extension NamedPeer {
    fileprivate init?(_ word: String) {
        let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard let key = parts.first.flatMap({ Hex.bytes($0) }).flatMap({ PublicKey($0) }) else { return nil }
        guard parts.count == 2 else {
            self.init(key: key, address: nil)
            return
        }
        guard let address = ValueKind<Ingress>.dialAddress(parts[1]) else { return nil }
        self.init(key: key, address: address)
    }
}

extension ValueKind where Value == LogLevel {
    static var logLevel: ValueKind {
        let names = LogLevel.allCases.map(\.name)
        let expected = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return ValueKind(
            "LEVEL", expected: expected, show: \.name,
            read: { word in LogLevel.allCases.first { $0.name == word } })
    }
}

extension ValueKind where Value == LogFormat {
    static var logFormat: ValueKind { .choice("text|json") }
}
