internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestSockets
internal import ConclaveTestWires
internal import ConclaveTransport

/// The other side of one connection: shakes hands as it should, hears everything, and says what it is told.
final class FarEnd {
    let who: Int
    let stream: FakeStream
    let profile: WireProfile
    /// What it says of itself in the native profile; the node must keep to it.
    let hello: NativeHello
    /// When the node gives up if the handshake is not over.
    let patience: Instant
    private(set) var isShaken = false
    /// Whether something has been sent that ends the connection as soon as it is read.
    private(set) var mustEnd = false
    var hasGreeted = false
    private(set) var isGarbled = false
    /// The last ping that was heard.
    private(set) var lastPing: UInt64 = 0
    /// By priority, which the message's body names.
    var newest = [Int](repeating: -1, count: Priority.allCases.count)

    /// The next byte of a frame of which the rest was kept back.
    private var withheld: UInt8?
    private var sealing: SealingKey?
    private var ear: Receiving?
    private var heardBefore = 0

    init(
        _ who: Int, _ stream: FakeStream, _ profile: WireProfile, _ hello: NativeHello,
        until patience: Instant
    ) {
        (self.who, self.stream, self.profile, self.hello) = (who, stream, profile, hello)
        self.patience = patience
    }

    static let channels = ChannelTable(
        (0..<FuzzedNode.channelCount).map { (UInt64($0), FuzzedNode.messageBytesMax) })

    // MARK: Handshake

    /// The one who dialled. `spoiling` bytes of its last frame are kept back, and then it says nothing more.
    func dial(_ node: FuzzedNode, _ secret: [UInt8], spoiling: Int) throws(Finding) {
        do {
            let handshake = try DialerHandshake.start(
                People.identity(who), profile: profile, listener: People.peer(0),
                ephemeral: EphemeralKey(secret: secret), at: node.executor.wallTime)
            arrive(handshake.output, node)
            guard let reply = take(DialerHandshake.replyBytes) else { return }
            let session = try handshake.received(
                synAck: reply, limits: .standard, at: node.executor.wallTime)
            let output = session.output
            guard spoiling == 0 else { return arrive(begin(of: output, spoiling), node) }
            shook(with: session.keys)
            arrive(output, node)
        } catch {
            throw Finding("a handshake as it should be fails: \(error)")
        }
    }

    /// The one who was dialled.
    func answer(_ node: FuzzedNode, _ secret: [UInt8], spoiling: Int) throws(Finding) {
        do {
            node.executor.run()
            guard let first = stream.written.first else { return }
            let opening = try HandshakeFrame.opening(with: first)
            guard let hello = take(opening.byteCount), let syn = take(HandshakeFrame.syn.byteCount) else {
                return
            }
            let handshake = try ListenerHandshake(People.identity(who), hello: hello)
            let confirmation = try handshake.received(
                syn: syn, ephemeral: EphemeralKey(secret: secret), limits: .standard,
                remembered: SynCache(capacity: 1), at: node.executor.wallTime)
            arrive(begin(of: confirmation.output, spoiling), node)
            guard spoiling == 0, let ack = take(HandshakeFrame.ack.byteCount) else { return }
            shook(with: try confirmation.received(ack: ack))
        } catch {
            throw Finding("an answer as it should be fails: \(error)")
        }
    }

    /// All but so many bytes.
    private func begin(of frame: [UInt8], _ spoiling: Int) -> ArraySlice<UInt8> {
        withheld = frame.suffix(spoiling).first
        return frame.dropLast(spoiling)
    }

    private func shook(with keys: consuming SessionKeys) {
        isShaken = true
        switch profile {
        case .commonware:
            ear = Receiving(RecordReader(peer: keys.peer, key: keys.opening, channels: Self.channels))
        case .native(let version):
            let items = ItemReader(channels: Self.channels, ours: hello, version: version, discovery: nil)
            ear = Receiving(RecordReader(peer: keys.peer, key: keys.opening, items: items))
        }
        sealing = .some(keys.sealing)
    }

    private func take(_ count: Int) -> [UInt8]? {
        guard stream.written.count >= count else { return nil }
        defer { stream.written.removeFirst(count) }
        return Array(stream.written.prefix(count))
    }

    private func arrive(_ bytes: some Collection<UInt8>, _ node: FuzzedNode) {
        stream.arrived += bytes
        node.executor.run()
        stream.tell()
        node.executor.run()
    }

    // MARK: Saying

    /// Puts a record of `plaintext` behind what has arrived.
    func say(_ plaintext: [UInt8], flippedBit: Int? = nil) throws(Finding) {
        guard sealing != nil else { return }
        var sealed = plaintext + [UInt8](repeating: 0, count: SealingKey.overhead)
        let isSealed: Void? = unsafe sealed.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            return try? unsafe sealing?.seal(start, count: plaintext.count)
        }
        guard isSealed != nil else { throw Finding("a record cannot be sealed") }
        if let flippedBit {
            sealed[flippedBit / 8 % sealed.count] ^= 1 << UInt8(flippedBit % 8)
            mustEnd = mustEnd || !isGarbled
        }
        var frame = Writer()
        frame.lengthPrefixed(sealed)
        stream.arrived += frame.bytes
    }

    /// What has just been said ends the connection.
    func hasSaidTheLast() { mustEnd = true }

    /// Bytes outside of any record: from here on nobody knows where one begins.
    func garble(_ bytes: [UInt8]) {
        guard var first = bytes.first else { return }
        // By chance the rest of a frame that was kept back would end the handshake after all.
        if first == withheld { first ^= 1 }
        withheld = nil
        isGarbled = true
        stream.arrived += [first] + bytes.dropFirst()
    }

    // MARK: Hearing

    /// What has been heard since the last call.
    func hear() throws(Finding) -> [Heard] {
        guard let ear else { return [] }
        let bytes = exchange(&stream.written, with: [])
        do throws(PeerFault) {
            try ear.feed(bytes)
        } catch {
            throw Finding("the node says what nobody may say: \(error)")
        }
        let news = Array(ear.heard.dropFirst(heardBefore))
        heardBefore = ear.heard.count
        for case .control(.ping(let number)) in news { lastPing = number }
        return news
    }
}
