package import ConclaveFuzzing

/// Everything that is decoded from bytes of a stranger.
///
/// - What decodes encodes to the same bytes again: there is one form of everything.
/// - What is built and encoded decodes to the same value.
/// - What reads as text prints as a text that reads the same.
/// - A reader answers every sequence of requests as a model does that copies its bytes.
package enum FuzzCodec: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        switch choices.number(below: 4) {
        case 0: try canonical(&choices)
        case 1: try roundTrip(&choices)
        case 2: try text(&choices)
        default: try ReaderModel.compare(&choices)
        }
    }
}
