/// Why a connection of a proxy is closed before its handshake; the raw value is the metric's label.
package enum ProxyFault: String, Error, Hashable, Sendable, CaseIterable {
    /// It does not begin with a PROXY header, and from a listed network it must.
    case missing = "proxy_header_missing"
    /// The header says nothing that version 1 or 2 knows.
    case malformed = "proxy_header_malformed"
    /// The header is longer than its version allows.
    case tooLong = "proxy_header_too_long"
}
