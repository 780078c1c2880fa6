import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import ConclavePeersCore
import Testing

@Suite struct NodeSettingsTests {
    let folder = Folder()

    func settings(
        _ text: String? = nil, _ environment: [String: String] = [:], _ flags: String...
    ) throws(LocalnetFailure) -> NodeSettings {
        let file = text.map { folder.write($0, "c") }
        return try NodeSettings(file: file, environment: { environment[$0] }, flags: flags)
    }

    func complaint(_ text: String?, _ environment: [String: String] = [:], _ flags: String...)
        -> LocalnetFailure?
    {
        do throws(LocalnetFailure) {
            let file = text.map { folder.write($0, "c") }
            let settings = try NodeSettings(file: file, environment: { environment[$0] }, flags: flags)
            _ = try settings.configuration(namespace: "N", listen: SocketAddress(.loopback, port: 0))
            return nil
        } catch {
            return error
        }
    }

    @Test func `the environment overrides the file, and flags override both`() throws {
        let file = #"{"pingFrequency":"1s","silenceTimeout":"10s","dialFrequency":"2s"}"#
        let environment = ["CONCLAVE_PING_FREQUENCY": "3s", "CONCLAVE_SILENCE_TIMEOUT": "30s"]
        let profile = try settings(file, environment, "pingFrequency=4s").profile
        #expect(profile.pingFrequency == .seconds(4))
        #expect(profile.silenceTimeout == .seconds(30))
        #expect(profile.dialFrequency == .seconds(2))
    }

    @Test func `a profile fills what nobody sets, whoever names it`() throws {
        let profile = try settings(#"{"blockDuration":"2h"}"#, ["CONCLAVE_PROFILE": "production"]).profile
        #expect(profile.blockDuration == .seconds(7_200))
        #expect(profile.peerConnectionCooldown == Profile.production.peerConnectionCooldown)
        #expect(try settings().profile == .local)
    }

    @Test func `the wire is native unless the file, the environment or a flag says otherwise`() throws {
        let listen = SocketAddress(.loopback, port: 0)
        func dialled(_ settings: NodeSettings) throws -> Wire {
            try settings.configuration(namespace: "N", listen: listen).wire.dialled
        }
        #expect(try dialled(settings()) == .native)
        #expect(try dialled(settings(#"{"wire":"commonware"}"#)) == .commonware)
        let environment = ["CONCLAVE_WIRE": "native"]
        #expect(try dialled(settings(#"{"wire":"commonware"}"#, environment)) == .native)
        #expect(try dialled(settings(nil, environment, "wire=commonware")) == .commonware)
    }

    @Test func `every setting has a value that it accepts`() throws {
        let values = [
            "profile": "production", "wire": "commonware", "key": "k", "passphraseFile": "p", "genesis": "g",
            "listen": "127.0.0.1:1", "http": "127.0.0.1:2", "httpReach": "anywhere",
            "handshakesPerIP": "9/2s", "handshakesPerSubnet": "9/2s", "privateAddresses": "allowed",
            "addressCheck": "bypassed", "proxyNetworks": "10.0.0.0/8,::1",
            "store": "kept", "chainHttp": "127.0.0.1:3", "mode": "discovery", "advertise": "name.example:1",
            "peerStore": "s",
            "peers": "\(KeygenTests.publicKey)@[::1]:7",
            "bootstrappers": "\(KeygenTests.publicKey)@1.2.3.4:5,\(KeygenTests.publicKey)@name.example:6",
        ]
        let durations = [
            "synchronyBound", "maxHandshakeAge", "handshakeTimeout", "dialTimeout", "pingFrequency",
            "silenceTimeout", "gossipFrequency",
            "peerConnectionCooldown", "dialFrequency", "blockDuration",
            "blockTime", "delta",
        ]
        for name in NodeSettings.names {
            let value = values[name] ?? (durations.contains(name) ? "7s" : "7")
            #expect(throws: Never.self, "\(name)") { try settings(nil, [:], "\(name)=\(value)") }
            let wrong = #expect(throws: LocalnetFailure.self, "\(name)") {
                try settings(nil, [:], "\(name)=")
            }
            #expect(wrong?.message.hasPrefix("--set \(name) is ''; it must be ") == true)
        }
        let names = Set(NodeSettings.names)
        // The genesis tells the namespace.
        let elsewhere: [Configuration.Name] = [.namespace]
        for name in Configuration.Name.allCases where !elsewhere.contains(name) {
            #expect(names.contains(name.rawValue), "\(name.rawValue) cannot be set")
        }
    }

    @Test func `the page lists every setting`() throws {
        let path = CliPage.path.replacing("Cli.md", with: "Configuration.md")
        let page = try #require(contents(of: path))
        let mark = "<!-- settings -->\n"
        let intro = try #require(page.split(separator: mark).first) + mark
        let whole = intro + NodeSettings.table + "\n"
        if CliPage.isWritten { CliPage.write(String(whole), to: path) } else { #expect(page == whole) }
    }

    @Test func `what is set is what runs`() throws {
        let settings = try settings(
            #"{"handshakesPerIP":"9/2s","laneBytes":"2MiB","outboxBytes":3145728,"maxMessageBytes":"64KiB"}"#)
        let configuration = try settings.configuration(
            namespace: "N", listen: SocketAddress(.loopback, port: 7))
        #expect(configuration.handshakesPerIP == Rate(9, per: .seconds(2)))
        #expect(configuration.laneBytes == 2 << 20)
        #expect(configuration.outboxBytes == 3 << 20)
        #expect(configuration.maxMessageBytes == 65_536)
        #expect(configuration.listen.port == 7)
    }

    @Test func `discovery has bootstrappers and what it advertises, lookup has neither`() throws {
        let node = "\(KeygenTests.publicKey)@name.example:6"
        let listen = SocketAddress(.loopback, port: 7)
        let own = try Ingress("own.example:7")
        let key = try #require(Hex.bytes(KeygenTests.publicKey).flatMap { PublicKey($0) })
        let named = [Bootstrapper(key, at: try Ingress("name.example:6"))]
        let told = try settings(
            "{\"mode\":\"discovery\",\"bootstrappers\":\"\(node)\",\"peerStore\":\"kept\"}")
        #expect(told.peerStore == folder.file("kept"))
        #expect(
            try told.configuration(namespace: "N", listen: listen, reachedAt: own).mode
                == .discovery(bootstrappers: named, advertise: own))
        let elsewhere = try settings(nil, [:], "mode=discovery", "advertise=other.example:8")
        #expect(
            try elsewhere.configuration(namespace: "N", listen: listen, reachedAt: own).mode
                == .discovery(bootstrappers: [], advertise: try Ingress("other.example:8")))
        #expect(
            try settings().configuration(namespace: "N", listen: listen, reachedAt: own).mode == .lookup)
        #expect(
            complaint(nil, [:], "bootstrappers=\(node)")
                == .badUsage("--set bootstrappers is of discovery, and mode is lookup"))
        #expect(
            complaint(nil, ["CONCLAVE_ADVERTISE": "a.example:1"])
                == .badUsage("CONCLAVE_ADVERTISE is of discovery, and mode is lookup"))
        let twoAtSigns = "bootstrappers=\(node)@1"
        #expect(complaint(nil, [:], "mode=discovery", twoAtSigns) != nil)
        #expect(complaint(nil, [:], "mode=discovery", "bootstrappers=\(KeygenTests.publicKey)") != nil)
    }

    @Test func `lookup is told where peers are, each once, and discovery is not`() throws {
        let node = "\(KeygenTests.publicKey)@name.example:6"
        let listen = SocketAddress(.loopback, port: 7)
        let told = try settings("{\"peers\":\"\(node)\"}")
        #expect(told.peers == [try #require(NodeAddress(node))])
        #expect(try told.configuration(namespace: "N", listen: listen).mode == .lookup)
        #expect(
            complaint(nil, [:], "mode=discovery", "peers=\(node)")
                == .badUsage("--set peers is of lookup, and mode is discovery"))
        #expect(
            complaint(nil, ["CONCLAVE_PEERS": "\(node),\(node)"])
                == .badUsage("CONCLAVE_PEERS names \(KeygenTests.publicKey.prefix(8))… twice"))
    }

    @Test func `paths in a file start from its folder`() throws {
        let settings = try settings(#"{"key":"my.key","genesis":"/etc/genesis.json"}"#)
        #expect(settings.key == folder.file("my.key"))
        #expect(settings.genesis == "/etc/genesis.json")
        #expect(try self.settings("{}", ["CONCLAVE_KEY": "my.key"]).key == "my.key")
    }

    @Test func `each mistake is named with whose it is`() {
        let file = "'\(folder.file("c"))'"
        #expect(
            complaint(#"{"pingFrequency":"10"}"#)
                == .badInput(
                    "\(file): pingFrequency is '10'; it must be a duration such as 250ms, 10s, 5m or 1h"))
        #expect(
            complaint(#"{"pingFrequency":true}"#)
                == .badInput(
                    "\(file): pingFrequency is true; it must be a duration such as 250ms, 10s, 5m or 1h"))
        guard case .badInput(let unknown)? = complaint(#"{"pingFrequncy":"10s"}"#) else {
            Issue.record("an unknown key was accepted")
            return
        }
        #expect(unknown == "\(file): pingFrequncy is an unknown key; did you mean pingFrequency?")
        #expect(
            complaint(#"{"pingFrequency":"1s","pingFrequency":"2s"}"#)
                == .badInput("\(file): the key 'pingFrequency' stands twice in one object"))
        #expect(
            complaint(nil, ["CONCLAVE_LISTEN": "here"])
                == .badUsage(
                    "CONCLAVE_LISTEN is 'here'; it must be a numeric address such as 127.0.0.1:3000 or "
                        + "[::1]:3000"))
        #expect(
            complaint(nil, [:], "pingFrequncy=1s")
                == .badUsage(
                    "--set: 'pingFrequncy' is an unknown name; did you mean pingFrequency?"))
        #expect(complaint(nil, [:], "pingFrequency") == .badUsage("--set: 'pingFrequency' is not NAME=VALUE"))
    }

    @Test func `a value out of its range is charged to whoever gave it`() {
        let range = "is 0; allowed is 1 to 65536"
        #expect(
            complaint(#"{"maxConcurrentHandshakes":0}"#)
                == .badInput(
                    "'\(folder.file("c"))': maxConcurrentHandshakes \(range)"))
        #expect(
            complaint(nil, ["CONCLAVE_MAX_CONCURRENT_HANDSHAKES": "0"])
                == .badUsage(
                    "CONCLAVE_MAX_CONCURRENT_HANDSHAKES \(range)"))
        #expect(
            complaint(nil, [:], "maxConcurrentHandshakes=0")
                == .badUsage(
                    "--set maxConcurrentHandshakes \(range)"))
    }
}
