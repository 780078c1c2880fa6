import ConclaveConsensusTrials
import ConclaveCryptography
import ConclavePrimitives

@testable import ConclaveConsensusCore

/// A long chain that four validators have decided, without anybody who lived through it.
struct LongChain {
    let chain = Chain()
    let epochLength: UInt64
    /// From height 1 on.
    private(set) var blocks: [Block] = []
    private(set) var places: [Digest: Int] = [:]

    init(_ count: Int, epochLength: UInt64) {
        self.epochLength = epochLength
        var parent = chain.start.origin, parentDigest = chain.start.originDigest
        let body: [UInt8] = [7], root = Digest(of: body)
        for number in 1...UInt64(count) {
            let epoch = Epoch((number - 1) / epochLength)
            let next: Digest =
                number.isMultiple(of: epochLength) ? setDigest(of: epoch.next) : .zero
            let header = Header(
                chain: chain.committee.chain, height: Height(number), epoch: epoch, parent: parentDigest,
                bodyRoot: root, stateRoot: parent.stateRoot, setDigest: setDigest(of: epoch),
                nextSetDigest: next, time: WallTime(milliseconds: number))
            let block = Block(trusted: header, body: body)
            places[block.digest] = blocks.count
            blocks.append(block)
            (parent, parentDigest) = (header, block.digest)
        }
    }

    private func setDigest(of epoch: Epoch) -> Digest {
        chain.start.validators.digest(chain: chain.committee.chain, epoch: epoch)
    }

    /// The finalization of a block that was decided in the view with the number of its place in the epoch.
    func finalization(of height: UInt64) -> Certificate {
        let block = blocks[Int(height) - 1], epoch = block.header.epoch
        let view = View((height - 1) % epochLength + 1)
        let subject = Subject.finalize(
            Proposal(epoch: epoch, view: view, parentView: view.lowered(by: 1), payload: block.digest))
        let committee = Committee(
            chain: chain.committee.chain, epoch: epoch, validators: chain.start.validators)
        return Certificate(
            subject, count: chain.keys.count,
            votes: (0..<3).map { ($0, chain.keys[$0].sign(committee.statement(of: subject))) })
    }

    /// What a peer that kept blocks above `pruned` answers.
    func answer(_ ask: Ask, pruned: Height) -> ConsensusMessage? {
        switch ask {
        case .closing(let epoch):
            let last = epoch.next.number * epochLength
            return last <= UInt64(blocks.count) ? .closing(finalization(of: last)) : nil
        case .ancestry(let digest, let floor):
            guard let place = places[digest] else { return nil }
            let lowest = max(place - MessageLimits.answerBlocks + 1, Int(max(floor, pruned).number))
            return lowest > place ? nil : .blocks(blocks[lowest...place].reversed())
        case .certificate, .block: return nil
        }
    }
}

/// A node that was away while a ``LongChain`` was decided, with a disk that keeps blocks and what is newest
/// of all else.
struct Latecomer {
    let long: LongChain
    var machine: Machine
    var now = 0
    private(set) var delivered = Height(0)
    /// What is asked of peers, and how often.
    private(set) var asked: [Ask] = []
    private(set) var alarms: [ConsensusAlarm] = []
    private(set) var blocksInMemory = 0
    private var disk: [Digest: Header] = [:]
    private var state: [JournalRecord] = []
    private var queue: [ConsensusAction] = []

    init(_ long: LongChain) {
        self.long = long
        machine = Self.machine(long, Recovery(), at: 0)
        begin()
    }

    private static func machine(_ long: LongChain, _ recovery: Recovery, at milliseconds: Int) -> Machine {
        guard let configuration = try? ConsensusConfiguration(delta: delta, epochLength: long.epochLength)
        else { preconditionFailure("an epoch has a length") }
        return Machine(
            configuration: configuration, genesis: long.chain.start, signer: long.chain.keys[3],
            verifier: .standIn, recovery: recovery, emptyJournal: .neverVoted, at: instant(milliseconds))
    }

    private mutating func begin() {
        queue += machine.started(at: instant(now))
        for key in long.chain.keys.dropLast() {
            queue += machine.connected(key.publicKey, at: instant(now))
        }
    }

    /// The process is killed, and starts again with what the disk has.
    mutating func restart() {
        var recovery = Recovery()
        for record in state { recovery.replay(record) }
        while let digest = recovery.takeMissingBlock() {
            if let header = disk[digest] { recovery.replay(.block(Block(trusted: header, body: [7]))) }
        }
        queue = []
        asked = []
        machine = Self.machine(long, recovery, at: now)
        begin()
    }

    mutating func hear(_ message: ConsensusMessage) {
        queue += machine.received(message, from: long.chain.keys[0].publicKey, at: instant(now))
    }

    /// Lives until nothing happens without the clock, or a condition holds. Peers answer at once.
    mutating func live(pruned: Height = 0, until isDone: (borrowing Latecomer) -> Bool = { _ in false }) {
        while !queue.isEmpty, !isDone(self) {
            let actions = queue
            queue = []
            var answered: Set<Ask> = []
            for action in actions { perform(action, pruned: pruned, answered: &answered) }
            blocksInMemory = max(blocksInMemory, machine.blocksInMemory)
        }
    }

    /// Lets the time of a retry pass.
    mutating func wait(pruned: Height) {
        now += 200
        queue += machine.woke(at: instant(now))
        live(pruned: pruned)
    }

    private mutating func perform(_ action: ConsensusAction, pruned: Height, answered: inout Set<Ask>) {
        let clock = instant(now)
        switch action {
        case .write(let batch):
            for record in batch.records { keep(record) }
            queue += machine.kept(through: batch.number, at: clock)
        case .recall(let digest, let floor):
            queue += machine.recalled(digest, headers(of: digest, above: floor), at: clock)
        case .send(.ask(let ask), .one(let peer)):
            asked.append(ask)
            // The second of two peers that are asked says the same.
            guard answered.insert(ask).inserted, let answer = long.answer(ask, pruned: pruned) else { return }
            queue += machine.received(answer, from: peer, at: clock)
        case .deliver(let block):
            delivered = block.height
            let next = block.header.nextSetDigest == .zero ? nil : long.chain.start.validators
            queue += machine.acknowledged(block.height, nextSet: next, at: clock)
        case .verify(let block): queue += machine.verified(block.digest, .valid, at: clock)
        case .alarm(let alarm): alarms.append(alarm)
        case .send, .sendBody, .serve, .build, .proposed, .tip, .enter, .crossed, .block, .report: break
        }
    }

    private mutating func keep(_ record: JournalRecord) {
        switch record {
        case .block(let block): disk[block.digest] = block.header
        case .epoch: state = [record]
        case .acknowledged:
            state.removeAll { if case .acknowledged = $0 { true } else { false } }
            state.append(record)
        case .certificate: state.append(record)
        case .vote: state.append(record)
        case .settled(_, let view):
            state.removeAll {
                switch $0 {
                case .vote(let vote): vote.subject.view <= view
                case .certificate(let certificate): certificate.subject.view < view
                case .epoch, .block, .acknowledged, .settled: false
                }
            }
        }
    }

    private func headers(of digest: Digest, above floor: Height) -> [Header] {
        var headers: [Header] = [], next = digest
        while headers.count < Machine.recalledBlocks, let header = disk[next], header.height > floor {
            headers.append(header)
            next = header.parent
        }
        return headers
    }
}
