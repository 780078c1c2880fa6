public import ConclaveRuntime

extension LocalnetFailure {
    /// What our surroundings refused, and what would help.
    public init(_ failure: HostFailure) {
        self = .unavailable(Self.text(of: failure))
    }

    private static func text(of failure: HostFailure) -> String {
        switch failure {
        case .addressInUse(let address): "\(address) is in use; listen elsewhere or stop who listens there"
        case .addressUnavailable(let address):
            "\(address) cannot be listened on: it is not this machine's, or its port is not allowed"
        case .unreachable(let address): "\(address) cannot be reached"
        case .unknownHost(let name): "there is no host \(name)"
        case .outOfDescriptors: "too few descriptors; raise 'ulimit -n'"
        case .cancelled, .closed: "it was stopped before it began"
        case .system(let call, let code): "the system call \(call.rawValue) failed: \(errorText(code))"
        }
    }
}
