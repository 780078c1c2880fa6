/// An IP address and a TCP port.
public struct SocketAddress: Hashable, Sendable {
    public let ip: IPAddress
    /// `0...65_535`; 0 means "any" where one listens.
    public let port: UInt16

    public init(_ ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }
}
