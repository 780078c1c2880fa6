internal import ConclaveCodec
internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestWires
internal import ConclaveTransport

/// Every message that the application of the node sent or read, and what became of it.
struct Post {
    /// A message begins with its number and says its priority.
    static let headBytes = 5

    private struct Letter {
        let channel: Int
        let bytes: Int
        let priority: Priority
        var accepted: [PeerID] = []
    }

    private var letters: [Letter] = []
    /// By the application: asked to be sent, one for each recipient, and taken.
    private(set) var offered: UInt64 = 0, accepted: UInt64 = 0
    /// By those on the other side.
    private(set) var heard: UInt64 = 0
    /// By the application.
    private(set) var read: UInt64 = 0

    mutating func message(_ bytes: Int, _ channel: Int, _ priority: Priority) -> [UInt8] {
        letters.append(Letter(channel: channel, bytes: bytes, priority: priority))
        return contents(letters.count - 1)
    }

    mutating func sent(to peers: [PeerID], refusedBy refused: Int) throws(Finding) {
        letters[letters.count - 1].accepted = peers
        accepted += UInt64(peers.count)
        offered += UInt64(peers.count + refused)
    }

    mutating func read(_ count: Int) { read += UInt64(count) }

    private func contents(_ number: Int) -> [UInt8] {
        let letter = letters[number]
        var writer = Writer()
        writer.integer(UInt32(number))
        writer.byte(letter.priority.rawValue)
        // Every second one gets shorter when it is compressed.
        let start = number % Self.offsets
        writer.append((number % 2 == 0 ? Self.plain : Self.noise)[start..<(start + letter.bytes)])
        return writer.bytes
    }

    /// Made once: that costs more than an input.
    private static let plain = [UInt8](repeating: 7, count: FuzzedNode.messageBytesMax + offsets)
    private static let noise = pattern(FuzzedNode.messageBytesMax + offsets, seed: 1)
    /// Messages differ by where in these they begin.
    private static let offsets = 1_024

    /// Whoever hears a message hears it as it was sent, to himself, and in each priority in order.
    mutating func heard(_ news: [Heard], by end: FarEnd) throws(Finding) {
        let peer = try People.peer(end.who)
        for case .message(let channel, let bytes) in news {
            let number = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            try expect(bytes.count >= Self.headBytes && number < letters.count, "a message that nobody sent")
            let letter = letters[number], priority = Int(letter.priority.rawValue)
            try expect(letter.accepted.contains(peer), "message \(number) is heard by somebody else")
            try expect(channel == UInt64(letter.channel), "message \(number) comes on channel \(channel)")
            try expect(bytes == contents(number), "message \(number) is another one")
            try expect(
                end.newest[priority] < number,
                "message \(number) comes behind \(end.newest[priority])")
            end.newest[priority] = number
            heard += 1
        }
    }
}
