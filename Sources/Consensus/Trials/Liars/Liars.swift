internal import ConclaveConsensusCore
internal import ConclavePrimitives

/// What the liars of a trial know and how they go about it. They share everything, see all traffic, and hold
/// their keys; whose signatures they do not have, they cannot make.
struct Liars {
    enum Style: CaseIterable {
        /// They say nothing at all.
        case silent
        /// One half of the network hears one thing, the other another.
        case split
        /// Everybody hears anything.
        case chaos
        /// As split, but often everybody hears the first proposal.
        case helpfulSplit
    }

    /// Their identities, ascending.
    let identities: [Int]
    let style: Style
    /// Whether they answer questions for blocks.
    let areHelpful: Bool
    /// Whether who is blocked may come back at once.
    let areForgiven: Bool
    /// The two halves, one bit for each identity.
    var mask: UInt64
    /// Views that they have begun to disturb.
    var busy: [Epoch: View] = [:]
    /// What leaders have proposed, theirs and others.
    var proposals: [Place: [Proposal]] = [:]
    let count: Int

    struct Place: Hashable {
        let epoch: Epoch, view: View
    }

    init(_ identities: [Int], count: Int, random: inout SplitMix64) {
        self.identities = identities
        self.count = count
        style = [.silent, .split, .split, .chaos, .helpfulSplit].randomElement(using: &random) ?? .split
        areHelpful = Bool.random(using: &random)
        areForgiven = Bool.random(using: &random)
        mask = random.next()
    }

    func half(_ side: Int, of mask: UInt64) -> [Int] {
        (0..<count).filter { (mask >> UInt64($0)) & 1 == UInt64(side) }
    }
}
