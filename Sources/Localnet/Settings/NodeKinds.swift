public import ConclaveArguments
public import ConclaveCodec
public import ConclavePeersCore

extension ValueKind where Value == Profile {
    /// A profile by its name.
    public static var profile: ValueKind {
        let named = [("local", Profile.local), ("production", Profile.production)]
        return ValueKind(
            "PROFILE", expected: "local or production",
            show: { profile in named.first { $0.1 == profile }?.0 ?? "changed" },
            read: { word in named.first { $0.0 == word }?.1 })
    }
}

extension ValueKind where Value == [NodeAddress] {
    /// Nodes, and where to dial them.
    public static var nodes: ValueKind {
        let show: @Sendable ([NodeAddress]) -> String = { nodes in
            nodes.isEmpty ? "none" : nodes.map { "\($0)" }.joined(separator: ",")
        }
        let expected = "none, or nodes such as HEX@1.2.3.4:3000,HEX@name.example:3000"
        return ValueKind("NODES", expected: expected, show: show) { word in
            guard word != "none" else { return [] }
            let parts = word.split(separator: ",", omittingEmptySubsequences: false)
            let nodes = parts.compactMap { NodeAddress(String($0)) }
            return nodes.count == parts.count ? nodes : nil
        }
    }
}

extension ValueKind where Value == Ingress {
    /// Where others dial a node: it may be a name.
    public static var advertisedAddress: ValueKind {
        let expected = "an address such as 1.2.3.4:3000, [::1]:3000 or name.example:3000"
        return ValueKind("ADDR", expected: expected) { word in
            (try? Ingress(word)).flatMap { $0.port > 0 ? $0 : nil }
        }
    }
}

extension ValueKind where Value == SocketAddress {
    /// Where to listen: a numeric address, because a name may mean several.
    public static var listenAddress: ValueKind {
        ValueKind("ADDR", expected: "a numeric address such as 127.0.0.1:3000 or [::1]:3000") { word in
            try? SocketAddress(word)
        }
    }
}
