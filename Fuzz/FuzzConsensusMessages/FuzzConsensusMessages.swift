package import ConclaveFuzzing

/// What engines say to one another and what they prove to those who follow, from bytes of a stranger.
///
/// - What decodes encodes to the same bytes again, keeps the limits, and belongs on its channel.
/// - What is built decodes to the same, and is no longer than the channel allows.
/// - A certificate, and evidence, is valid exactly where a model says so that counts members on its fingers.
/// - A light client accepts what a quorum has finalised, and nothing else.
package enum FuzzConsensusMessages: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        switch choices.number(below: 4) {
        case 0: try canonical(&choices)
        case 1: try roundTrip(&choices)
        case 2: try CertificateTrial.run(&choices)
        default: try LightTrial.run(&choices)
        }
    }
}
