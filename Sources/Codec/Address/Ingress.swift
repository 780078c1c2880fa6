/// Where to dial: an address, or a name that is resolved anew for each attempt.
public enum Ingress: Hashable, Sendable {
    case socket(SocketAddress)
    case name(HostName, port: UInt16)

    public var port: UInt16 {
        switch self {
        case .socket(let address): address.port
        case .name(_, let port): port
        }
    }
}

extension Ingress: CustomStringConvertible {
    /// `1.2.3.4:3000`, `[::1]:3000` or `name.example:3000`. A name whose last label is a number is refused:
    /// it is an address with a mistake in it, or one in a form that resolvers read in their own ways (`10.1`,
    /// `0x7f.1`).
    ///
    /// - Throws: ``DecodeError/malformedText``.
    public init(_ text: String) throws(DecodeError) {
        if let address = try? SocketAddress(text) {
            self = .socket(address)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = SocketAddress.port(text[text.index(after: colon)...])
        else { throw .malformedText }
        let name = try HostName(String(text[..<colon]))
        guard !name.endsInNumber else { throw .malformedText }
        self = .name(name, port: port)
    }

    public var description: String {
        switch self {
        case .socket(let address): address.description
        case .name(let name, let port): "\(name):\(port)"
        }
    }
}

extension Ingress: WireValue {
    private static let socketTag: UInt8 = 0
    private static let nameTag: UInt8 = 1

    /// `0x00 ‖ socket` or `0x01 ‖ varint(n) ‖ name ‖ port`.
    public func encode(into writer: inout Writer) {
        switch self {
        case .socket(let address):
            writer.byte(Self.socketTag)
            address.encode(into: &writer)
        case .name(let name, let port):
            writer.byte(Self.nameTag)
            name.encode(into: &writer)
            writer.integer(port)
        }
    }

    /// Takes any name, one that ends in a number too: others may send such a name on, and what they signed
    /// must stay as it was. Resolving refuses it.
    public init(from reader: inout Reader) throws(DecodeError) {
        let tag = try reader.byte()
        switch tag {
        case Self.socketTag: self = .socket(try SocketAddress(from: &reader))
        case Self.nameTag: self = .name(try HostName(from: &reader), port: try reader.integer())
        default: throw .unknownTag(tag)
        }
    }
}
