import CConclaveMemory

/// Objects that have their turn soon, but not next: thousands of links wait longer for their memory than for
/// anything else, and each alone would wait line by line.
enum Prefetching {
    /// What a link touches of itself, about 2 KiB.
    private static let ownerLines = 30
    /// An end of a connection.
    private static let endpointLines = 6

    @inline(__always)
    static func owner(_ owner: AnyObject) { begin(owner, ownerLines) }

    @inline(__always)
    static func endpoint(_ endpoint: Endpoint) { begin(endpoint, endpointLines) }

    @inline(__always)
    private static func begin(_ object: AnyObject, _ lines: Int) {
        unsafe conclave_prefetch(Unmanaged.passUnretained(object).toOpaque(), lines)
    }
}
