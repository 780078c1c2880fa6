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

extension ValueKind where Value == SocketAddress {
    /// Where to listen: a numeric address, because a name may mean several.
    public static var listenAddress: ValueKind {
        ValueKind("ADDR", expected: "a numeric address such as 127.0.0.1:3000 or [::1]:3000") { word in
            try? SocketAddress(word)
        }
    }
}
