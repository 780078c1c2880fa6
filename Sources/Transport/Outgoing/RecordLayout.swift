/// How messages lie in a segment, and so what is sealed of it.
package enum RecordLayout: Sendable {
    /// The `commonware` profile: `frame length ‖ plaintext ‖ room for the tag` for each message, each a
    /// record of its own.
    case singles
    /// The `native` profile: items one behind the other; the segment as a whole becomes one record.
    case packed
}
