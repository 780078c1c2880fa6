internal import ConclaveConsensusTrials
package import ConclaveFuzzing

/// A few validators that agree on blocks, and among them as many liars as the bound allows, who hold their
/// keys and say what the bytes say. The bytes also are the network, the clocks, the disks and the
/// applications.
///
/// - Everything that a trial holds against honest nodes, over all signatures that exist: one block at each
///   height, no honest key under two votes that contradict each other, nothing sent that no disk has, no
///   certificate without its quorum, no honest peer called a liar, evidence against liars alone.
/// - What a node holds is bounded, whatever it is told.
/// - Once nothing fails any more, every honest node gains final blocks.
package enum FuzzConsensus: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        var story = ConsensusStory(&choices)
        do throws(Violation) {
            try story.run(&choices)
        } catch {
            throw Finding("\(error)")
        }
    }
}
