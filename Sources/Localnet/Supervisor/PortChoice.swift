import ConclaveArguments

/// Which ports of the loopback address a localnet's validators take.
public enum PortChoice: Hashable, Sendable {
    /// The first ones that are free, from 4,100 up.
    case anyFree
    /// Exactly those that begin with this one.
    case from(UInt16)

    /// Below the ports that systems give to outgoing connections, and little used.
    static let first: UInt16 = 4_100
    static let last: UInt16 = 9_999

    /// Where validators that listen on `ports` are seen over HTTP: 1,000 above, or at the next free port that
    /// none of the others takes.
    public static func httpPorts(for ports: [UInt16], isFree: (UInt16) -> Bool) -> [UInt16] {
        Self.ports(for: ports, above: 1_000, besides: [], isFree: isFree)
    }

    /// Where they are asked for their chain: 2,000 above, in the same way.
    ///
    /// - Parameter httpPorts: where they are seen.
    public static func chainPorts(
        for ports: [UInt16], besides httpPorts: [UInt16], isFree: (UInt16) -> Bool
    ) -> [UInt16] {
        Self.ports(for: ports, above: 2_000, besides: httpPorts, isFree: isFree)
    }

    private static func ports(
        for ports: [UInt16], above offset: Int, besides others: [UInt16], isFree: (UInt16) -> Bool
    ) -> [UInt16] {
        var taken = Set(ports + others)
        var found: [UInt16] = []
        for port in ports {
            let wish = UInt16(exactly: Int(port) + offset) ?? first
            guard let free = (wish...UInt16.max).first(where: { !taken.contains($0) && isFree($0) }) else {
                continue
            }
            taken.insert(free)
            found.append(free)
        }
        return found
    }

    /// So many ports that `isFree` holds for.
    public func ports(_ count: Int, isFree: (UInt16) -> Bool) throws(LocalnetFailure) -> [UInt16] {
        switch self {
        case .anyFree:
            let free = Array((Self.first...Self.last).lazy.filter(isFree).prefix(count))
            guard free.count == count else {
                throw .unavailable(
                    "only \(free.count) ports from \(Self.first) to \(Self.last) are free, not \(count)")
            }
            return free
        case .from(let base):
            let ports = (0..<count).compactMap { UInt16(exactly: Int(base) + $0) }
            guard ports.count == count else {
                throw .unavailable(
                    "there are no \(count) ports from \(base) upwards; give a smaller --base-port")
            }
            if let taken = ports.first(where: { !isFree($0) }) {
                throw .unavailable("127.0.0.1:\(taken) is in use; give another --base-port")
            }
            return ports
        }
    }
}
