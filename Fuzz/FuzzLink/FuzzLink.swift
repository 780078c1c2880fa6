package import ConclaveFuzzing

/// One open link: everything that a peer, the network and we ourselves can do to it, in any order, in both
/// modes, both profiles and both directions.
///
/// - Each event has the outcome that a model gives it which keeps the whole history and looks through it.
/// - A link ends once, for the reason that the model names, and does nothing afterwards.
/// - The last alarm that the link asked for is enough: none of its deadlines passes unseen.
/// - What is told of other peers on it is believed, passed on and refused as a model does that keeps what was
///   said of each.
/// - With times that jump it does not do as the model does, but keeps its rates and ends once all the same.
package enum FuzzLink: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        switch choices.number(below: 16) {
        case 0: try PieceTrial.run(&choices)
        case 1: try JumpingTrial.run(&choices)
        case 2...5: try GossipTrial.run(&choices)
        default: try LinkTrial.run(&choices)
        }
    }
}
