package import ConclaveCodec

/// What a proxy says first on a connection that it forwards: for whom it speaks. Version 1 (a line of text)
/// and version 2 (binary) of HAProxy's PROXY protocol.
///
/// It is told exactly the bytes that it asks for, and never asks for one that may lie behind the header: what
/// follows belongs to the handshake. So a line is read by one or two bytes as it nears its end.
package struct ProxyHeader: Sendable {
    package enum Step: Hashable, Sendable {
        /// Tell ``ProxyHeader/received(_:)`` the next so many bytes; at least 1.
        case read(Int)
        case complete(Origin)
    }

    /// Whom the connection comes from.
    package enum Origin: Hashable, Sendable {
        case forwarded(SocketAddress)
        /// The proxy itself, as when it asks whether we are alive, or it cannot tell: the socket's own
        /// address counts.
        case ownAddress
    }

    /// The longest line of version 1 with its end.
    package static let lineBytesMax = 107
    /// The longest header of version 2: what fits one segment, as its authors promise it does.
    package static let binaryBytesMax = 1_460
    /// What to read first.
    package static let firstStep = Step.read(1)

    private static let word = Array("PROXY ".utf8)
    private static let shortestLine = "PROXY UNKNOWN\r\n".utf8.count
    private static let lineEnd = Array("\r\n".utf8)

    private var bytes: [UInt8] = []

    package init() {}

    /// The bytes that were asked for have arrived.
    package mutating func received(_ more: [UInt8]) throws(ProxyFault) -> Step {
        bytes += more
        switch bytes.first {
        case nil: return Self.firstStep
        case Self.word[0]: return try line()
        case ProxyBinaryHeader.signature[0]: return try binary()
        default: throw .missing
        }
    }

    // MARK: Version 1

    private func line() throws(ProxyFault) -> Step {
        guard zip(bytes, Self.word).allSatisfy({ $0 == $1 }) else { throw .missing }
        guard bytes.count >= Self.shortestLine else { return .read(Self.shortestLine - bytes.count) }
        if bytes.suffix(2).elementsEqual(Self.lineEnd) {
            return .complete(try Self.origin(bytes.dropLast(2)))
        }
        // Only both together end a line, and neither stands alone in one.
        guard !bytes.contains(Self.lineEnd[1]), !bytes.dropLast().contains(Self.lineEnd[0]) else {
            throw .malformed
        }
        let missing = bytes.last == Self.lineEnd[0] ? 1 : 2
        guard bytes.count + missing <= Self.lineBytesMax else { throw .tooLong }
        return .read(missing)
    }

    private static func origin(_ line: ArraySlice<UInt8>) throws(ProxyFault) -> Origin {
        let words = String(decoding: line, as: UTF8.self)
            .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1 else { throw .malformed }
        if words[1] == "UNKNOWN" { return .ownAddress }  // whatever follows
        guard words.count == 6, let source = address(words[2], port: words[4], family: words[1]),
            address(words[3], port: words[5], family: words[1]) != nil
        else { throw .malformed }
        return .forwarded(source)
    }

    private static func address(_ ip: String, port: String, family: String) -> SocketAddress? {
        switch family {
        case "TCP4": ip.contains(":") ? nil : try? SocketAddress("\(ip):\(port)")
        case "TCP6": try? SocketAddress("[\(ip)]:\(port)")
        default: nil
        }
    }

    // MARK: Version 2

    private func binary() throws(ProxyFault) -> Step {
        guard zip(bytes, ProxyBinaryHeader.signature).allSatisfy({ $0 == $1 }) else { throw .missing }
        guard bytes.count >= ProxyBinaryHeader.byteCount else {
            return .read(ProxyBinaryHeader.byteCount - bytes.count)
        }
        let header = try ProxyBinaryHeader(bytes)
        let end = ProxyBinaryHeader.byteCount + header.bodyBytes
        guard end <= Self.binaryBytesMax else { throw .tooLong }
        guard bytes.count >= end else { return .read(end - bytes.count) }
        return .complete(try header.origin(Array(bytes.dropFirst(ProxyBinaryHeader.byteCount))))
    }
}
