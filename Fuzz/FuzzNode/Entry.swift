#if CONCLAVE_FUZZ
    internal import ConclaveFuzzing

    @_cdecl("LLVMFuzzerTestOneInput")
    func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        unsafe FuzzNode.live(through: bytes, count: count)
    }
#endif
