import Conclave

/// A terminal chat between friends. Nobody else can connect, whoever it is.
///
///     conclave-chat 127.0.0.1:4001
///
/// prints who you are. Give that to your friends and type theirs: a link opens when both know each other.
@main struct Chat {
    static func main() throws {
        let log = Log(
            level: .warning, format: .text, sink: DescriptorSink.standardError,
            time: { SystemClock().wallTime })
        let runtime = try SystemRuntime(loops: 1, log: log)
        _ = runtime.run("chat") { context in
            try await chat(in: context)
            return 0
        }
    }

    /// Lines go out whole and at once, whoever writes them.
    static let screen = DescriptorSink(1)

    static func chat(in context: Context) async throws {
        let listen = try SocketAddress(CommandLine.arguments.dropFirst().first ?? "127.0.0.1:0")
        let key = try SigningKey(seed: context.entropy.bytes(SigningKey.seedByteCount))
        let configuration = try Configuration(
            profile: .local, namespace: "CHAT", maxMessageBytes: 4_096, listen: listen)

        let network = PeerNetwork(configuration, key: key, context: context)
        var (sender, receiver) = try network.register(channel: 0, options: ChannelOptions())
        try network.start()
        screen.write(
            "you are \(key.publicKey)@\(network.address ?? listen); type +KEY@ADDRESS for each friend")

        let connections = await network.oracle.connections
        context.spawn("news") { _ in
            for await event in connections {
                switch event {
                case .connected(let friend, _): screen.write("* \(friend.short) is here")
                case .disconnected(let friend, _): screen.write("* \(friend.short) is gone")
                }
            }
        }
        context.spawn("hearing") { [receiver] _ in
            for await (friend, message) in receiver {
                screen.write("\(friend.short): \(printable(message))")
            }
        }

        var friends: [PeerSet.Member] = []
        var changes: UInt64 = 0
        for await line in StandardInput.lines(in: context) {
            if let friend = friend(line) {
                friends = friends.filter { $0.peer != friend.peer } + [friend]
                changes += 1
                try await network.oracle.track(changes, PeerSet(primary: friends))
            } else {
                let sent = try sender.send(Array(line.utf8.prefix(4_096)), to: .all)
                if sent.acceptedCount == 0 { screen.write("* nobody is here") }
            }
        }
        await network.shutdown(within: .seconds(1))
    }

    /// The friend that `+KEY@ADDRESS` names.
    static func friend(_ line: String) -> PeerSet.Member? {
        let parts = line.dropFirst().split(separator: "@").map(String.init)
        guard line.hasPrefix("+"), parts.count == 2, let key = Hex.bytes(parts[0]).flatMap({ PublicKey($0) }),
            let address = try? SocketAddress(parts[1])
        else { return nil }
        return PeerSet.Member(key, at: .symmetric(address))
    }

    /// What a friend wrote, without what a terminal would obey.
    static func printable(_ message: Message) -> String {
        let text = String(decoding: message, as: UTF8.self)
        return String(text.unicodeScalars.filter { $0.properties.generalCategory != .control })
    }
}
