import Conclave
import ConclaveCodec
import ConclavePrimitives

/// What the peers of the fairness benchmark send: a kind, a time on the machine's clock, and filling.
struct FairnessMessage {
    /// Bytes of every message.
    static let byteCount = 200

    enum Kind: UInt8 {
        /// Sent while everybody keeps to the quota.
        case calm
        /// Sent while one peer floods.
        case flooded
        /// The sender's last: its number is how many it sent before.
        case last
    }

    let kind: Kind
    /// When it was sent, in nanoseconds of the monotonic clock, which all processes share; or how many.
    let number: UInt64

    init(_ kind: Kind, _ number: UInt64) {
        (self.kind, self.number) = (kind, number)
    }

    init(decoding bytes: RawSpan) throws {
        var reader = Reader(bytes)
        guard let kind = Kind(rawValue: try reader.byte()) else {
            throw RoundFailed(description: "a message of no kind")
        }
        self.init(kind, try reader.integer())
    }

    var encoded: [UInt8] {
        var writer = Writer()
        writer.byte(kind.rawValue)
        writer.integer(number)
        return writer.bytes + [UInt8](repeating: 0x5A, count: Self.byteCount - writer.bytes.count)
    }
}
