public import ConclaveCodec
public import ConclaveHTTP
import ConclaveRuntime

extension LocalnetFailure {
    /// What the endpoint was refused, and what would help.
    public init(_ fault: HTTPFault) {
        switch fault {
        case .notLoopback(let address): self = .badUsage("http \(Self.notLoopback(address))")
        case .addressInUse(let address): self = .init(HostFailure.addressInUse(address))
        case .addressUnavailable(let address): self = .init(HostFailure.addressUnavailable(address))
        case .system(let code): self = .init(HostFailure.system(.listen, code: code))
        case .closed: self = .init(HostFailure.closed)
        }
    }

    /// What is wrong with an address that others can reach, and what would be right.
    public static func notLoopback(_ address: SocketAddress) -> String {
        "is \(address), which other machines can reach, and what it shows has no password; give a loopback "
            + "address such as 127.0.0.1:\(address.port), or say --http-reach anywhere (httpReach in a file) "
            + "if a firewall stands before it"
    }
}
