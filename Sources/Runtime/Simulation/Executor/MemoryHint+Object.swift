import ConclaveRuntime

extension MemoryHint {
    /// Where `object` lies. Always inlined, so that no reference to it is counted; in each module that needs
    /// it, for to another one a counted reference would be handed (see MemoryHint).
    @inline(__always)
    init(_ object: AnyObject) {
        unsafe self.init(UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque()))
    }
}
