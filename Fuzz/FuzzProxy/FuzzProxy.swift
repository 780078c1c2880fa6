internal import ConclaveCodec
package import ConclaveFuzzing
internal import ConclavePeersCore

/// What a proxy says first.
///
/// - The parser takes exactly the header and leaves every byte behind it to the handshake.
/// - It asks for at least one byte, and for no more in all than its longest header has.
/// - It names whom a header names that was built to name him.
package enum FuzzProxy: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        if choices.once(in: 2) {
            _ = try parse(choices.rest())
        } else {
            let header = BuiltHeader(&choices)
            let outcome = try parse(header.bytes + choices.rest())
            try expect(
                outcome == .taken(header.origin, byteCount: header.bytes.count),
                "\(Hex.text(header.bytes)) is \(outcome), not \(header.origin)")
        }
    }

    private enum Outcome: Equatable {
        case taken(ProxyHeader.Origin, byteCount: Int)
        case refused(ProxyFault)
        case cutShort
    }

    /// Gives a header what it asks for, as the listener does.
    private static func parse(_ bytes: [UInt8]) throws(Finding) -> Outcome {
        var header = ProxyHeader(), step = ProxyHeader.firstStep, taken = 0
        while true {
            switch step {
            case .complete(let origin): return .taken(origin, byteCount: taken)
            case .read(let count):
                try expect(count > 0, "it asks for \(count) bytes")
                try expect(
                    taken + count <= ProxyHeader.binaryBytesMax, "it asks for \(taken + count) bytes in all")
                guard taken + count <= bytes.count else { return .cutShort }
                do throws(ProxyFault) {
                    step = try header.received(Array(bytes[taken..<taken + count]))
                } catch {
                    return .refused(error)
                }
                taken += count
            }
        }
    }
}
