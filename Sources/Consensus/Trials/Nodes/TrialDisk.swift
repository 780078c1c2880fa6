internal import ConclaveConsensusCore

/// A node's journal in memory: what is on the disk outlives a crash, what is not yet may be lost but for its
/// beginning.
struct TrialDisk {
    private(set) var records: [JournalRecord] = []
    private(set) var blocks: [Digest: Block] = [:]
    /// The start of every epoch, ascending.
    private(set) var starts: [EpochStart] = []

    mutating func persist(_ record: JournalRecord) {
        switch record {
        case .epoch(let start, _):
            records.removeAll {
                switch $0 {
                case .certificate, .vote, .settled, .epoch: true
                case .block, .acknowledged: false
                }
            }
            records.append(record)
            if starts.last.map({ $0.epoch < start.epoch }) ?? true { starts.append(start) }
        case .block(let block):
            blocks[block.digest] = block
            records.append(record)
        case .settled(let epoch, let view):
            records.removeAll { Self.isSettled($0, epoch: epoch, view: view) }
        case .certificate, .vote:
            records.append(record)
        case .acknowledged:
            records.removeAll { if case .acknowledged = $0 { true } else { false } }
            records.append(record)
        }
    }

    func recovery() -> Recovery {
        var recovery = Recovery()
        for record in records {
            switch record {
            case .block: break
            case .epoch, .certificate, .vote, .acknowledged, .settled: recovery.replay(record)
            }
        }
        while let digest = recovery.takeMissingBlock() {
            if let block = blocks[digest] { recovery.replay(.block(block)) }
        }
        return recovery
    }

    func holds(_ vote: Vote) -> Bool { records.contains(.vote(vote)) }

    /// Whether what a vote rests on is here: the block to be notarized (J3), the notarization to be
    /// finalized, and a certificate that leads to the vote's view (J2).
    func grounds(_ vote: Vote) -> Bool {
        let subject = vote.subject
        var isLedHere = subject.view == 1, isNotarized = subject.kind != .finalize
        for case .certificate(let certificate) in records where certificate.subject.epoch == subject.epoch {
            if certificate.subject.view.next >= subject.view { isLedHere = true }
            if let proposal = subject.proposal, certificate.subject == .notarize(proposal) {
                isNotarized = true
            }
        }
        guard case .notarize(let proposal) = subject else { return isLedHere && isNotarized }
        return isLedHere && blocks[proposal.payload] != nil
    }

    /// Whether the finalization is here after which nothing up to `view` matters (J4).
    func settles(_ epoch: Epoch, _ view: View) -> Bool {
        records.contains { record in
            guard case .certificate(let certificate) = record, certificate.subject.kind == .finalize else {
                return false
            }
            return certificate.subject.epoch == epoch && certificate.subject.view >= view
        }
    }

    /// The block and those below it above `height`, newest first.
    func ancestry(of digest: Digest, above height: Height, limit: Int) -> [Block] {
        var list: [Block] = []
        var next = digest
        while list.count < limit, let block = blocks[next], block.height > height {
            list.append(block)
            next = block.header.parent
        }
        return list
    }

    private static func isSettled(_ record: JournalRecord, epoch: Epoch, view: View) -> Bool {
        switch record {
        case .vote(let vote): vote.subject.epoch == epoch && vote.subject.view <= view
        case .certificate(let certificate):
            certificate.subject.epoch == epoch
                && (certificate.subject.view < view
                    || certificate.subject.view == view && certificate.subject.kind != .finalize)
        case .epoch, .block, .acknowledged, .settled: false
        }
    }
}
