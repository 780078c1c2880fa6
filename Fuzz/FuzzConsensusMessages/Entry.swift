#if CONCLAVE_FUZZ
    internal import ConclaveFuzzing

    @_cdecl("LLVMFuzzerTestOneInput")
    func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        unsafe FuzzConsensusMessages.live(through: bytes, count: count)
    }
#endif
