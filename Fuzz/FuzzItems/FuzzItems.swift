internal import ConclaveCodec
internal import ConclaveCryptography
package import ConclaveFuzzing
internal import ConclaveTestWires
internal import ConclaveTransport

/// A peer that is who it says, and puts into its records of the native profile whatever it likes.
///
/// - What is heard is what a model hears that reads Docs/Wire.md word by word, and a session ends where it
///   ends there.
/// - What a peer makes us hold is bounded by what it has sent.
package enum FuzzItems: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        var speaker = Speaker(), model = ItemModel(), sent = 0
        let receiving = try receiver()
        for _ in 0..<24 where !choices.isEmpty {
            let plaintext = speaker.record(&choices)
            let frame = try speaker.sealed(plaintext)
            sent += frame.count
            let isHeardThrough = (try? receiving.feed(frame)) != nil
            model.record(plaintext)
            try expect(
                isHeardThrough == !model.hasEnded,
                "\(Hex.text(plaintext)) ends it: \(model.hasEnded) by the page")
            try expect(
                receiving.heard == model.heard,
                "\(receiving.heard.count) things were heard, not \(model.heard.count)")
            // Sixteen bytes for each that is there, the least for one, and up to the next power of two.
            try expect(
                receiving.pinnedBytes <= 2 * (16 * sent + 6 * 4_096),
                "\(receiving.pinnedBytes) bytes for \(sent)")
            if model.hasEnded { return }
        }
    }

    private static func receiver() throws(Finding) -> Receiving {
        do {
            return try Receiving(native: Speaker.channels, hello: Speaker.hello)
        } catch {
            throw Finding("no receiver: \(error)")
        }
    }
}
