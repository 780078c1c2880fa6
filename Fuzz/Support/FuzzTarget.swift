/// One surface that an attacker reaches, and what must hold there whatever the bytes are.
package protocol FuzzTarget: SendableMetatype {
    /// Lives through one input. The bytes are choices, so that every input means something, and the same
    /// input always means the same: nothing else decides.
    ///
    /// - Throws: what did not hold. A trap is a finding too.
    static func run(_ input: [UInt8]) throws(Finding)
}

extension FuzzTarget {
    /// One input as libFuzzer gives it. Ends the process if something does not hold: that is how libFuzzer is
    /// told.
    package static func live(through bytes: UnsafePointer<UInt8>?, count: Int) -> CInt {
        let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
        do throws(Finding) {
            try run(input)
        } catch {
            fatalError("finding: \(error)")
        }
        return 0
    }
}
