import CConclaveHTTP

/// One request on its way: its body so far, then whether it waits for its answer.
///
/// `@unchecked Sendable`: it belongs to the library's thread, and what others touch of it they touch under
/// the daemon's lock.
@safe
final class HTTPExchange: @unchecked Sendable {
    private let bodyBytesMax: Int
    private var body: [UInt8] = []
    /// More came than may.
    private(set) var isTooLong = false
    /// The connection that is suspended meanwhile.
    var connection: OpaquePointer?
    /// What to say, once somebody has said it.
    var answer: Answer?

    init(bodyBytesMax: Int) { self.bodyBytesMax = bodyBytesMax }

    /// Takes the next piece of the body, or drops it if there were too many before.
    func take(_ bytes: UnsafeRawBufferPointer) {
        guard !isTooLong, bytes.count <= bodyBytesMax - body.count else {
            isTooLong = true
            body = []
            return
        }
        unsafe body.append(contentsOf: bytes)
    }

    func request(_ method: String, _ path: String) -> HTTPRequest { HTTPRequest(method, path, body: body) }
}
