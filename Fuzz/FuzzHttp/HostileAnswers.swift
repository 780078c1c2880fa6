internal import ConclaveArguments
internal import ConclaveCodec
internal import ConclaveFuzzing
internal import ConclaveTool

/// What a server of any kind answers our commands.
enum HostileAnswers {
    static func run(_ choices: inout Choices) throws(Finding) {
        switch choices.number(below: 4) {
        case 0: try head(&choices)
        case 1: try figures(&choices)
        default: try page(&choices)
        }
    }

    // MARK: Heads

    private static func head(_ choices: inout Choices) throws(Finding) {
        var lines = ["HTTP/1.\(choices.element(of: ["1", "0", "9"])) \(choices.number(below: 700)) what"]
        var lengths: [Int] = []
        for _ in 0..<choices.number(below: 4) {
            switch choices.number(below: 4) {
            case 0: lines.append("X-\(choices.byte()): \(choices.integer(UInt16.self))")
            case 1:
                let name = choices.element(of: ["Content-Length", "content-length", "CONTENT-LENGTH"])
                lengths.append(Int(choices.integer(UInt32.self)))
                lines.append("\(name): \(lengths[lengths.count - 1])")
            default: lines.append("Connection: close")
            }
        }
        var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        var isTouched = false
        for _ in 0..<choices.number(below: 3) {
            isTouched = true
            bytes[choices.number(below: bytes.count)] = choices.byte()
        }
        let reply = HTTPReply(head: bytes)
        if let reply {
            try expect((100...599).contains(reply.status), "a status of \(reply.status)")
            try expect(
                (0...HTTPReply.bodyBytesMax).contains(reply.bodyBytes), "\(reply.bodyBytes) bytes to read")
        }
        guard !isTouched, lengths.count < 2 else { return }
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let isRight = (100...599).contains(status) && lengths.allSatisfy { $0 <= HTTPReply.bodyBytesMax }
        try expect(
            (reply != nil) == (isRight && lengths.count == 1), "\(lines) is taken: \(reply != nil)")
        try expect(reply == nil || reply?.bodyBytes == lengths[0], "\(lines) has \(reply?.bodyBytes ?? -1)")
    }

    // MARK: Pages

    private static func figures(_ choices: inout Choices) throws(Finding) {
        let names = [
            "conclave_memory_budget_used_bytes", "conclave_memory_budget_limit_bytes",
            "conclave_messages_undelivered_total{reason=\"\(word(&choices))\"}",
            "conclave_disconnections_total{reason=\"\(word(&choices))\"}", word(&choices),
        ]
        var lines: [String] = []
        for _ in 0..<choices.number(below: 8) {
            lines.append("\(choices.element(of: names)) \(number(&choices))")
        }
        let figures = NodeFigures(page: lines.joined(separator: "\n"))
        try expect(figures.lost.allSatisfy { $0.count > 0 }, "a loss of nothing")
        let version: JSONLine = [
            "version": .string(word(&choices)), "publicKey": .string(word(&choices)),
            "namespace": .string(word(&choices)), "wire": .string(word(&choices)),
        ]
        let health: JSONLine = [
            "healthy": .boolean(choices.once(in: 2)), "reasons": .array([.string(word(&choices))]),
        ]
        guard let version: NodeSight.Version = NodeSight.value(of: Array(version.text.utf8)),
            let health: NodeSight.Health = NodeSight.value(of: Array(health.text.utf8))
        else { throw Finding("what was written cannot be read: \(version.text)") }
        let sight = NodeSight(version: version, health: health, peers: [], figures: figures)
        try harmless(sight.text.split(separator: "\n").map(String.init))
        try expect(JSON.isValid(sight.json.text.utf8), "not JSON: \(sight.json.text)")
    }

    private static func page(_ choices: inout Choices) throws(Finding) {
        var body = Array(choices.element(of: pages).utf8)
        // Values change places with others, then bytes with any.
        for _ in 0..<choices.number(below: 4) { replaceNumber(in: &body, &choices) }
        for _ in 0..<choices.number(below: 3) { replaceText(in: &body, &choices) }
        for _ in 0..<choices.number(below: 4) where !body.isEmpty {
            body[choices.number(below: body.count)] = choices.byte()
        }
        if choices.once(in: 8) { body += choices.rest() }
        if let peers = NodeSight.value(of: body, as: [NodeSight.Peer].self) {
            try harmless(PeersTable.lines(peers))
            for peer in peers {
                let line = PeersTable.json(peer).text
                try expect(JSON.isValid(line.utf8), "not JSON: \(line)")
            }
        }
        let status = choices.element(of: [200, 200, 202, 404, 503, 99, Int.max])
        try harmless(chainLines(status, body))
    }

    /// What `conclave chain` prints of a page, or why it does not.
    private static func chainLines(_ status: Int, _ body: [UInt8]) -> [String] {
        let address = Ingress.socket(SocketAddress(.loopback, port: 1))
        var lines: [String] = []
        func read<Value: Decodable>(_ type: Value.Type, _ print: (Value) -> [String]) {
            do throws(Failure) {
                lines += print(try ChainReader.read(status, body, from: address).value)
            } catch {
                lines.append(error.message)
            }
        }
        read(ChainSight.Account.self, \.lines)
        read(ChainSight.Validators.self, \.lines)
        read(ChainSight.Block.self, \.lines)
        read(ChainSight.Transaction.self, \.lines)
        return lines
    }

    /// Nothing that a terminal would obey.
    private static func harmless(_ lines: [String]) throws(Finding) {
        for line in lines {
            let isPlain = line.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
                    && !(0x202A...0x202E).contains(scalar.value)
            }
            try expect(isPlain, "printed: \(Array(line.utf8))")
        }
    }

    private static func word(_ choices: inout Choices) -> String {
        let words = ["lane_full", "\u{1B}[2J", "a b", "\"}", "\u{202E}", "é", ""]
        return choices.once(in: 2)
            ? choices.element(of: words) : String(decoding: choices.bytes(atMost: 6), as: UTF8.self)
    }

    private static func number(_ choices: inout Choices) -> String {
        choices.element(of: [
            "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e300",
            "null",
            "9223372036854775808", "0.5", "\"\\u001b[2J\"", "[]",
        ])
    }

    /// Another number where one stands.
    private static func replaceNumber(in body: inout [UInt8], _ choices: inout Choices) {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let starts = body.indices.filter { isDigit(body[$0]) && ($0 == 0 || !isDigit(body[$0 - 1])) }
        guard !starts.isEmpty else { return }
        let start = choices.element(of: starts)
        let end = body[start...].firstIndex { !isDigit($0) } ?? body.count
        body.replaceSubrange(start..<end, with: Array(number(&choices).utf8))
    }

    /// Another text between two quotation marks, escaped as JSON wants it.
    private static func replaceText(in body: inout [UInt8], _ choices: inout Choices) {
        let marks = body.indices.filter { body[$0] == 0x22 }
        guard marks.count >= 2 else { return }
        let place = choices.number(below: marks.count - 1)
        let texts = [#"\u001b[2J"#, #"\u202e"#, #"\u009b"#, #"\n"#, "", #"\ud83d\ude00"#, #"\""#, "é"]
        let text = choices.element(of: texts)
        body.replaceSubrange(marks[place] + 1..<marks[place + 1], with: Array(text.utf8))
    }

    private static let pages = [
        #"[{"key":"00ff","state":"connected","role":"primary","address":"127.0.0.1:1","direction":"dialed","#
            + #""ageSeconds":1.5,"roundTripMicroseconds":12,"queuedMessages":3,"queuedBytes":4,"#
            + #""undelivered":{"lane_full":5,"limited":6},"sets":[7,8,9]},"#
            + #"{"key":"","state":"disconnected","role":"x","queuedMessages":1,"queuedBytes":1,"#
            + #""undelivered":{},"lastEnd":"silent","sets":[]}]"#,
        #"{"key":"00ff","balance":1,"stake":2,"nonce":3,"nextNonce":4,"networkKey":"aa","address":"b","#
            + #""unbonding":[{"amount":5,"epoch":6}]}"#,
        #"{"chain":"aa","height":1,"epoch":2,"supply":3,"firstHeight":4,"lastHeight":5,"#
            + #""announcementHeight":6,"#
            + #""validators":[{"networkKey":"aabb","address":"c","account":"dd","weight":7}],"#
            + #""nextValidators":[{"networkKey":"eeff","address":"c","account":"dd","weight":8}]}"#,
        #"{"height":1,"epoch":2,"header":"01","certificate":"02","descendants":["03"],"nextSet":"04","#
            + #""bodyBytes":5,"transactions":["06"]}"#,
        #"{"hash":"aa","state":"final","height":1,"index":2,"sender":"bb","nonce":3,"#
            + #""operation":"transfer","amount":4,"to":"cc"}"#,
        #"{"error":"refused","message":"what"}"#,
    ]
}
