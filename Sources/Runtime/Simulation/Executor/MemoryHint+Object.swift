import ConclaveRuntime

extension MemoryHint {
    /// Where `object` lies. Always inlined, so that no reference to it is counted.
    @inline(__always)
    init(_ object: AnyObject) {
        unsafe self.init(UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque()))
    }
}
