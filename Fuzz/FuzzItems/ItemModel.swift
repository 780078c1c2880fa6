internal import ConclaveTestWires
internal import ConclaveTransport

/// Docs/Wire.md, "The native profile", as a reader who copies everything.
struct ItemModel {
    private struct Open {
        let channel: UInt64
        let isCompressed: Bool
        let total: Int
        var bytes: [UInt8]
    }

    private struct Refused: Error {}

    private static let version: UInt8 = 1
    private static let ownNewest: UInt8 = 2

    private(set) var heard: [Heard] = []
    private(set) var hasEnded = false
    private var theirs: NativeHello?
    private var hasSaidGoodbye = false
    private var open: [UInt8: Open] = [:]

    mutating func record(_ plaintext: [UInt8]) {
        let limit = theirs.map { min($0.recordBytes, Speaker.hello.recordBytes) } ?? 4_096
        guard !plaintext.isEmpty, plaintext.count <= limit else {
            hasEnded = true
            return
        }
        var page = Page(plaintext)
        while !page.isEmpty, !hasEnded {
            if (try? item(&page)) == nil { hasEnded = true }
        }
    }

    private mutating func item(_ page: inout Page) throws {
        let first = try page.byte()
        guard !hasSaidGoodbye, (theirs == nil) == (first == 1) else { throw Refused() }
        switch first {
        case 0:
            let count = try page.varint()
            _ = try page.bytes(count)
            heard.append(.control(.padding(byteCount: Int(count))))
        case 1: try hello(&page)
        case 5: heard.append(.control(.ping(try page.number(8))))
        case 6: heard.append(.control(.pong(try page.number(8))))
        case 7:
            guard let reason = GoodbyeReason(rawValue: try page.byte()) else { throw Refused() }
            hasSaidGoodbye = true
            heard.append(.control(.goodbye(reason)))
        case 0x80...: try message(first, &page)
        default: throw Refused()
        }
    }

    private mutating func hello(_ page: inout Page) throws {
        let hello = try page.hello()
        let newest = min(hello.versions.upperBound, Self.ownNewest)
        guard hello.versions.contains(Self.version), newest <= Self.version else { throw Refused() }
        theirs = hello
        heard.append(.control(.hello(hello)))
    }

    private mutating func message(_ first: UInt8, _ page: inout Page) throws {
        let priority = first >> 4 & 7, coding = first >> 2 & 3, part = first & 3
        guard (1...5).contains(priority), coding < 2, part < 3 else { throw Refused() }
        switch part {
        case 0:
            let channel = try page.long(), bytes = try page.bytes(page.varint())
            guard open[priority] == nil else { throw Refused() }
            try say(bytes, on: channel, isCompressed: coding == 1)
        case 1:
            let channel = try page.long(), total = Int(try page.varint()),
                bytes = try page.bytes(page.varint())
            guard open[priority] == nil, bytes.count >= 1, bytes.count < total,
                total <= Speaker.limits[channel] ?? -1
            else { throw Refused() }
            try check(channel, isCompressed: coding == 1)
            open[priority] = Open(channel: channel, isCompressed: coding == 1, total: total, bytes: bytes)
        default:
            let bytes = try page.bytes(page.varint())
            guard coding == 0, !bytes.isEmpty, var message = open[priority] else { throw Refused() }
            message.bytes += bytes
            guard message.bytes.count <= message.total else { throw Refused() }
            open[priority] = message.bytes.count < message.total ? message : nil
            guard open[priority] == nil else { return }
            try say(message.bytes, on: message.channel, isCompressed: message.isCompressed)
        }
    }

    private func check(_ channel: UInt64, isCompressed: Bool) throws {
        guard Speaker.limits[channel] != nil else { throw Refused() }
        guard isCompressed else { return }
        let isAllowed = [Speaker.hello, theirs].allSatisfy {
            $0?.channel(channel)?.flags.contains(.takesCompression) ?? false
        }
        guard isAllowed else { throw Refused() }
    }

    private mutating func say(_ bytes: [UInt8], on channel: UInt64, isCompressed: Bool) throws {
        try check(channel, isCompressed: isCompressed)
        let limit = Speaker.limits[channel] ?? 0
        guard isCompressed else {
            guard bytes.count <= limit else { throw Refused() }
            return heard.append(.message(channel: channel, bytes))
        }
        // Decompression has a model and a target of its own.
        let original = try unsafe bytes.withUnsafeBytes { buffer in
            try unsafe CompressedMessage.bytes(of: buffer, limit: limit, slabs: SlabPool(keepBytes: 0))
        }
        heard.append(.message(channel: channel, original))
    }
}
