import ConclaveCodec

/// A PROXY header of version 2. What follows its addresses (checksums, names, what a proxy knows of TLS) is
/// passed over.
struct ProxyBinaryHeader: Sendable {
    /// Chosen by the protocol's authors so that nothing else begins like this.
    static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// Signature, version and command, family and protocol, length of the rest.
    static let byteCount = 16

    private enum Content: Int, Sendable {
        case nothing = 0
        // Source, destination and two ports.
        case addressesV4 = 12
        case addressesV6 = 36
    }

    private let content: Content
    /// Bytes that follow.
    let bodyBytes: Int

    /// The fixed part, whose signature has been looked at.
    ///
    /// - Throws: ``ProxyFault/malformed`` for another version, for what the version does not know, and for
    ///   less room than the addresses need.
    init(_ bytes: [UInt8]) throws(ProxyFault) {
        do throws(DecodeError) {
            var reader = unsafe Reader(bytes.span.bytes)
            _ = try reader.take(Self.signature.count)
            let versionAndCommand = try reader.byte(), kind = try reader.byte()
            bodyBytes = Int(try reader.integer(UInt16.self))
            guard let content = Self.content(versionAndCommand, kind), bodyBytes >= content.rawValue else {
                throw DecodeError.malformedText
            }
            self.content = content
        } catch {
            throw .malformed
        }
    }

    private static func content(_ versionAndCommand: UInt8, _ kind: UInt8) -> Content? {
        switch (versionAndCommand, kind) {
        case (0x20, _): .nothing  // LOCAL, whatever the kind
        case (0x21, 0x11): .addressesV4
        case (0x21, 0x21): .addressesV6
        // Unspecified, or not over TCP and IP: known, and of no use.
        case (0x21, _) where kind >> 4 <= 3 && kind & 0xF <= 2: .nothing
        default: nil
        }
    }

    /// Whom the rest names; `body` has ``bodyBytes`` bytes.
    func origin(_ body: [UInt8]) throws(ProxyFault) -> ProxyHeader.Origin {
        let ipBytes: Int
        switch content {
        case .nothing: return .ownAddress
        case .addressesV4: ipBytes = 4
        case .addressesV6: ipBytes = 16
        }
        do throws(DecodeError) {
            var reader = unsafe Reader(body.span.bytes)
            let source = try reader.array(ipBytes)
            _ = try reader.take(ipBytes)
            guard let ip = IPAddress(networkOrder: source) else { throw DecodeError.malformedText }
            return .forwarded(SocketAddress(ip, port: try reader.integer()))
        } catch {
            throw .malformed
        }
    }
}
