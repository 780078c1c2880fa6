internal import ConclaveConsensusCore
internal import ConclavePrimitives

/// What the liars of a trial know and how they go about it. They share everything, see all traffic, and hold
/// their keys; whose signatures they do not have, they cannot make.
struct Liars {
    /// Their identities, ascending.
    let identities: [Int]
    let style: TrialPlan.Lying
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
    /// The same, in the order in which they came.
    var offered: [Proposal] = []
    /// What the honest have asked them, the last of it.
    var questions: [Question] = []
    let count: Int

    struct Question {
        let ask: Ask
        /// Who wants to know.
        let from: Int
        let liar: Int
    }

    struct Place: Hashable {
        let epoch: Epoch, view: View
    }

    /// - Parameter style: nil: the seed decides.
    init(_ identities: [Int], count: Int, style: TrialPlan.Lying?, random: inout SplitMix64) {
        self.identities = identities
        self.count = count
        let styles: [TrialPlan.Lying] = [.silent, .split, .split, .chaos, .helpfulSplit]
        let drawn = styles.randomElement(using: &random) ?? .split
        self.style = style ?? drawn
        areHelpful = Bool.random(using: &random)
        areForgiven = Bool.random(using: &random)
        mask = random.next()
    }

    func half(_ side: Int, of mask: UInt64) -> [Int] {
        (0..<count).filter { (mask >> UInt64($0)) & 1 == UInt64(side) }
    }
}
