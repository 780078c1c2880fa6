internal import ConclaveCodec
internal import ConclaveFuzzing
internal import ConclavePeers
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveRuntime
internal import ConclaveTestSockets
internal import ConclaveTestWires
internal import ConclaveTransport

/// The node, its peers, and what must be so between them.
final class NodeTrial {
    /// Handshakes cost more than anything else.
    private static let connectionsMax = 12
    /// More than an outbox takes.
    private static let bytesAtOnceMax = 500_000
    /// Each reads what it may, or ends a connection.
    private static let roundsMax = 1_000
    private static let rooms = [0, 1, 100, 3_000, 70_000, Int.max]

    let node: FuzzedNode
    private let wire: WireChoice
    private(set) var ends: [FarEnd] = []
    private var epoch: UInt64 = 0
    /// Whose bits are set in the set that counts.
    private var members: UInt8 = 0
    var post = Post()
    private var reading: Outcome<Int>?

    init(_ choices: inout Choices) throws(Finding) {
        wire = choices.once(in: 3) ? .commonware : .native
        node = try FuzzedNode(seed: choices.seed(), wire)
        try track(0b111)
        try connect(1, &choices)
    }

    func step(_ choices: inout Choices) throws(Finding) {
        switch choices.number(below: 16) {
        case 0...3: try send(&choices)
        case 4...6: try speak(&choices)
        case 7, 8: open(&choices)
        case 9: try breakOff(&choices)
        case 10: node.executor.advance(by: .milliseconds(Self.pause(&choices)))
        case 11: read(choices.number(below: FuzzedNode.channelCount))
        case 12: try connect(1 + choices.number(below: People.count - 1), &choices)
        case 13: try answerDials(&choices)
        case 14: try decide(&choices)
        default: try speak(&choices)
        }
        try settle()
    }

    private static func pause(_ choices: inout Choices) -> Int {
        switch choices.number(below: 4) {
        case 0, 1: choices.number(below: 20)
        case 2: choices.number(below: 700)
        default: choices.number(below: 3_000)
        }
    }

    // MARK: Connections

    private func connect(_ who: Int, _ choices: inout Choices) throws(Finding) {
        guard ends.count < Self.connectionsMax else { return }
        let stream = FakeStream(scratchBytes: FakeNetwork.scratchBytes)
        let profile = choices.once(in: 4) ? WireProfile.commonware : wire.dialled.newest
        let end = end(who, stream, profile, within: FuzzedNode.profile.handshakeTimeout, choices.byte())
        guard node.sockets.arrive(stream) else { throw Finding("nobody listens") }
        try end.dial(node, secret(), spoiling: Self.spoiling(&choices))
    }

    /// Whoever is dialled from now on is there, as often as that was chosen.
    private func answerDials(_ choices: inout Choices) throws(Finding) {
        guard ends.count < Self.connectionsMax else { return }
        node.sockets.answer(1)
        node.executor.advance(by: .milliseconds(choices.number(below: 256)))
        for (address, stream) in node.sockets.takeDialed() {
            let end = dialed(address, stream, choices.byte())
            try end.answer(node, secret(), spoiling: Self.spoiling(&choices))
        }
    }

    private func dialed(_ address: SocketAddress, _ stream: FakeStream, _ kind: UInt8) -> FarEnd {
        end(
            People.number(at: address), stream, wire.dialled.newest,
            within: FuzzedNode.profile.dialTimeout, kind)
    }

    private func end(
        _ who: Int, _ stream: FakeStream, _ profile: WireProfile, within patience: Duration,
        _ kind: UInt8
    ) -> FarEnd {
        let end = FarEnd(
            who, stream, profile, Self.hello(kind), until: node.executor.now.advanced(by: patience))
        ends.append(end)
        return end
    }

    /// Mostly one that takes all there is, sometimes one that takes little.
    private static func hello(_ kind: UInt8) -> NativeHello {
        NativeHello(
            versions: 1...1, recordBytes: kind & 3 == 3 ? RecordLimit.lowest : RecordLimit.highest,
            agent: "fuzz",
            channels: (0..<FuzzedNode.channelCount).map { channel in
                .init(
                    number: UInt64(channel),
                    messageBytesMax: UInt32(kind & 12 == 12 ? 5_000 : FuzzedNode.messageBytesMax),
                    flags: kind & 16 == 16 ? .takesCompression : [])
            })
    }

    private static func spoiling(_ choices: inout Choices) -> Int {
        choices.once(in: 8) ? 1 + choices.number(below: 16) : 0
    }

    private func secret() -> [UInt8] { pattern(32, seed: UInt64(ends.count)) }

    private var open: [FarEnd] { ends.filter { !$0.stream.isClosed } }

    // MARK: What happens

    private func send(_ choices: inout Choices) throws(Finding) {
        let bytes = Self.size(&choices), channel = choices.number(below: FuzzedNode.channelCount)
        let count = choices.number(in: 1...max(1, min(32, Self.bytesAtOnceMax / (bytes + 1))))
        let priority = Priority(rawValue: UInt8(choices.number(in: 1...5))) ?? .normal
        let who = choices.number(below: People.count)
        for _ in 0..<count {
            let message = post.message(bytes, channel, priority)
            do {
                let recipients: Recipients = who == 0 ? .all : .one(try People.peer(who))
                var sender = node.senders[channel]
                let sent = try sender.send(message, to: recipients, priority: priority)
                try post.sent(to: sent.accepted, refusedBy: sent.refused.count)
            } catch {
                throw Finding("a message as it should be is not sent: \(error)")
            }
        }
    }

    private static func size(_ choices: inout Choices) -> Int {
        switch choices.number(below: 8) {
        case 0...3: choices.number(below: 256)
        case 4, 5: choices.number(below: 5_000)
        case 6: choices.number(below: 40_000)
        default: choices.number(below: FuzzedNode.messageBytesMax - Post.headBytes)
        }
    }

    private func speak(_ choices: inout Choices) throws(Finding) {
        guard !open.isEmpty else { return }
        let end = choices.element(of: open)
        for _ in 0..<choices.number(in: 1...3) { try Speech.say(&choices, to: end) }
    }

    /// A socket takes so much from now on.
    private func open(_ choices: inout Choices) {
        guard !open.isEmpty else { return }
        choices.element(of: open).stream.room = choices.element(of: Self.rooms)
    }

    private func breakOff(_ choices: inout Choices) throws(Finding) {
        guard !open.isEmpty else { return }
        let end = choices.element(of: open)
        switch choices.number(below: 4) {
        case 0: end.stream.writeEnd = .reset
        case 1: end.stream.end = .endOfStream
        case 2: end.stream.end = .reset
        default: end.stream.end = .failed(.system(.read, code: 5))
        }
        if end.stream.end != nil { end.hasSaidTheLast() }
    }

    private func read(_ channel: Int) {
        if let count = reading?.value { post.read(count) } else if reading != nil { return }
        let receiver = node.receivers[channel]
        reading = node.begin {
            var batches: [Batch] = []
            await receiver.next(into: &batches)
            return batches.reduce(0) { $0 + $1.count }
        }
    }

    private func decide(_ choices: inout Choices) throws(Finding) {
        let oracle = node.peers.oracle
        let who = 1 + choices.number(below: People.count - 1), peer = try People.peer(who)
        switch choices.number(below: 5) {
        case 0, 1: try node.call { await oracle.disconnect(peer) }
        case 2:
            let address = People.address(who, home: choices.number(below: 3))
            try node.call { await oracle.overwrite([(peer, .symmetric(address))]) }
        case 3: try track(choices.once(in: 2) ? 0b111 : choices.byte())
        default: _ = try node.call { await oracle.block(peer, for: .seconds(1)) }
        }
    }

    private func track(_ chosen: UInt8) throws(Finding) {
        let set = try People.set(of: chosen), oracle = node.peers.oracle
        epoch += 1
        let isTaken = try node.call { [epoch] in (try? await oracle.track(epoch, set)) != nil }
        try expect(isTaken, "set \(epoch) is refused")
        members = chosen
    }

    // MARK: What must be so

    private func settle() throws(Finding) {
        // One that is read again because another was read is told of what waits in the next round.
        var rounds = 0
        repeat {
            node.executor.run()
            for end in open {
                end.stream.tell()
                node.executor.run()
            }
            rounds += 1
            try expect(rounds < Self.roundsMax, "it does not come to rest")
        } while meet() || open.contains { $0.stream.isReadable && !$0.stream.isNeglected }
        for (number, end) in ends.enumerated() {
            try post.heard(end.hear(), by: end)
            try check(end, number)
        }
        if let count = reading?.value {
            post.read(count)
            reading = nil
        }
        try Books.check(node, post, ends)
    }

    /// Who is dialled when nobody looks accepts and says nothing. Returns whether somebody was.
    private func meet() -> Bool {
        let dialed = node.sockets.takeDialed()
        for (address, stream) in dialed { _ = self.dialed(address, stream, 0) }
        return !dialed.isEmpty
    }

    private func check(_ end: FarEnd, _ number: Int) throws(Finding) {
        try expect(!end.stream.isNeglected, "there is something to read on \(number), and nobody reads it")
        guard !end.stream.isClosed else { return }
        try expect(
            !end.isShaken || members >> UInt8(end.who) & 1 == 1, "\(end.who) is in no set, and connected")
        if end.mustEnd, end.stream.arrived.isEmpty, end.stream.interest.contains(.readable) {
            throw Finding("connection \(number) has been told of its end, and goes on")
        }
        try expect(
            end.isShaken || node.executor.now <= end.patience,
            "the handshake on \(number) takes too long")
    }

    /// The network shuts down, as it may in the midst of everything.
    func finish() throws(Finding) {
        let ending = node.begin { [peers = node.peers] in await peers.shutdown(within: .milliseconds(20)) }
        for _ in 0..<20 where ending.value == nil {
            try settle()
            node.executor.advance(by: .milliseconds(5))
        }
        try expect(ending.value != nil, "the shutdown takes too long")
        while reading != nil {
            try settle()
            try expect(reading == nil, "somebody still waits for messages")
        }
        for channel in 0..<FuzzedNode.channelCount { try drain(channel) }
        try settle()
        try expect(ends.allSatisfy(\.stream.isClosed), "a connection is left")
        try expect(node.isQuiet, "something is left: \(node.remains)")
        let leased = try node.snapshot().leasedBytes
        try expect(leased == 0, "\(leased) bytes are not given back")
    }

    private func drain(_ channel: Int) throws(Finding) {
        let receiver = node.receivers[channel]
        var count = 0
        repeat {
            count = try node.call {
                var batches: [Batch] = []
                await receiver.next(into: &batches)
                return batches.reduce(0) { $0 + $1.count }
            }
            post.read(count)
        } while count > 0
    }
}
