import CConclaveSystem
public import ConclaveRuntime

/// The kernel's generator.
public struct SystemEntropy: Entropy {
    public init() {}

    /// Traps if the kernel has no randomness to give: no key or nonce may then be made.
    public func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard count > 0, let start = buffer.baseAddress else { return }
            let code = unsafe conclave_random(start, count)
            precondition(code == 0, "getrandom failed")
            initialized = count
        }
    }
}
