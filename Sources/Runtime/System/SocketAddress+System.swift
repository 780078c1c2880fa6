import CConclaveSystem
import ConclaveCodec

extension conclave_address {
    init(_ address: SocketAddress) {
        self.init()
        length = UInt8(address.ip.bytes.count)
        port = address.port
        unsafe withUnsafeMutableBytes(of: &ip) { unsafe $0.copyBytes(from: address.ip.bytes) }
    }

    /// Nil only if the kernel named an address that is neither IPv4 nor IPv6.
    var socketAddress: SocketAddress? {
        let bytes = unsafe withUnsafeBytes(of: ip) { unsafe Array($0.prefix(Int(length))) }
        return IPAddress(networkOrder: bytes).map { SocketAddress($0, port: port) }
    }
}

extension SocketAddress {
    /// Where a socket of ours really is; `self` where the kernel does not say.
    func local(of descriptor: Int32) -> SocketAddress {
        var local = conclave_address()
        guard unsafe conclave_local_address(descriptor, &local) == 0 else { return self }
        return local.socketAddress ?? self
    }
}
