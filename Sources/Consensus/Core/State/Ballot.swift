internal import ConclaveCryptography

/// The verified votes of one kind in one view, one for each signer, and what each subject weighs.
struct Ballot: Sendable {
    private struct Slot: Sendable {
        let subject: Int
        let signature: Signature
    }

    private var subjects: [(subject: Subject, weight: UInt64)] = []
    /// By signer; made with the first vote.
    private var slots: [Slot?] = []

    /// What `signer` has voted for.
    func subject(of signer: Int) -> Subject? {
        slot(of: signer).map { subjects[$0.subject].subject }
    }

    /// The vote of `signer`.
    func vote(of signer: Int) -> Vote? {
        slot(of: signer).map {
            Vote(subjects[$0.subject].subject, signer: UInt16(clamping: signer), signature: $0.signature)
        }
    }

    /// Whether this very signature under `subject` was verified.
    func vouches(for signature: Signature, of signer: Int, under subject: Subject) -> Bool {
        guard let slot = slot(of: signer) else { return false }
        return slot.signature == signature && subjects[slot.subject].subject == subject
    }

    /// Takes the first vote of a signer; returns what its subject weighs now.
    mutating func take(_ vote: Vote, weight: UInt64, count: Int) -> UInt64 {
        let signer = Int(vote.signer)
        if slots.isEmpty { slots = Array(repeating: nil, count: count) }
        guard signer < slots.count, slots[signer] == nil else { return 0 }
        let place = place(of: vote.subject)
        slots[signer] = Slot(subject: place, signature: vote.signature)
        subjects[place].weight += weight  // sums of one set's weights stay below 2^62
        return subjects[place].weight
    }

    /// A certificate of all votes for `subject`.
    func certificate(_ subject: Subject) -> Certificate {
        Certificate(
            subject, count: slots.count,
            votes: slots.indices.lazy.compactMap { signer in
                guard let slot = slots[signer], subjects[slot.subject].subject == subject else { return nil }
                return (signer, slot.signature)
            })
    }

    private func slot(of signer: Int) -> Slot? {
        signer >= 0 && signer < slots.count ? slots[signer] : nil
    }

    /// There are as many subjects as liars in the set at most, and one more.
    private mutating func place(of subject: Subject) -> Int {
        if let place = subjects.firstIndex(where: { $0.subject == subject }) { return place }
        subjects.append((subject, 0))
        return subjects.count - 1
    }
}
