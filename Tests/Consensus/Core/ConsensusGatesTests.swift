import ConclaveConsensusTrials
import ConclaveCryptography
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

/// Each gate of Docs/Consensus.md by itself. Epoch 0, four validators in turn, the machine is member 0's, as
/// in ``ConsensusMachineTests``.
@Suite struct ConsensusGatesTests {
    let chain = Chain()

    // MARK: G1 to G6

    @Test func `G1 a second proposal of a view is not voted for`() {
        var bench = Bench(chain)
        let block = chain.block(1), other = chain.block(2)
        bench.hear(chain.proposal(1, of: block), of: block, from: 1)
        bench.hear(chain.proposal(1, of: other), of: other, from: 1)
        #expect(bench.votes == [.notarize(chain.proposal(1, of: block))])
        #expect(bench.machine.evidenceWaiting.map(\.offence) == [.twoNotarizations])
    }

    @Test func `G1 nothing is voted for after the view was given up`() {
        var bench = Bench(chain)
        bench.wake(at: 300)
        let block = chain.block(1)
        bench.hear(chain.proposal(1, of: block), of: block, from: 1, at: 301)
        #expect(bench.votes == [.nullify(0, 1)])
    }

    @Test func `G2 a view that was given up is not voted final`() {
        var bench = Bench(chain)
        bench.wake(at: 300)
        let proposal = chain.proposal(1, of: chain.block(1))
        bench.hear(.notarize(proposal), from: [1, 2, 3], at: 301)
        #expect(bench.machine.status.view == 2)
        #expect(bench.votes == [.nullify(0, 1)])
    }

    @Test func `G2 a view that was voted final is not given up, even where a restart leads back into it`() {
        // A journal that has the finalize vote and lost the notarization, which J2 excludes.
        let proposal = chain.proposal(1, of: chain.block(1))
        var recovery = Recovery()
        recovery.replay(.epoch(chain.start, .voting))
        recovery.replay(.vote(chain.vote(.finalize(proposal), by: 0)))
        var bench = Bench(chain, recovery: recovery)
        bench.wake(at: 300)
        #expect(bench.machine.status.view == 1)
        #expect(!bench.votes.contains(.nullify(0, 1)))
    }

    @Test func `G3 nothing is voted final without its notarization, nor twice, nor where it is nullified`() {
        var bench = Bench(chain)
        let proposal = chain.proposal(1, of: chain.block(1))
        bench.hear(.finalize(proposal), from: [1, 2])
        #expect(bench.votes.isEmpty)
        bench.hear(.certificate(chain.certificate(.nullify(0, 1), by: [1, 2, 3])), from: 1)
        bench.hear(.certificate(chain.certificate(.notarize(proposal), by: [1, 2, 3])), from: 1)
        #expect(bench.votes.isEmpty)
        #expect(bench.machine.state.notarizations[1] != nil)
    }

    @Test func `G4 a proposal waits for the certificate of its parent and for those of the gap`() {
        var bench = Bench(chain)
        let first = chain.block(1), parent = chain.proposal(1, of: first)
        let block = chain.block(2, on: first.header)
        let notarization = chain.certificate(.notarize(parent), by: [1, 2, 3])
        bench.hear(.certificate(chain.certificate(.nullify(0, 2), by: [1, 2, 3])), from: 2)
        #expect(bench.machine.status.view == 3)
        bench.hear(chain.proposal(3, parent: 1, of: block), of: block, from: 3)
        #expect(bench.votes.isEmpty)
        #expect(bench.asks.contains { $0.ask == .certificate(0, 1, .notarization) })
        bench.hear(.answer(notarization), from: 3)
        bench.hear(.body(0, first), from: 3)
        #expect(bench.votes == [.finalize(parent), .notarize(chain.proposal(3, parent: 1, of: block))])
    }

    @Test func `G4 a proposal over a gap that is not nullified waits`() {
        var bench = Bench(chain)
        bench.hear(.certificate(chain.certificate(.nullify(0, 2), by: [1, 2, 3])), from: 2)
        let block = chain.block(1)
        bench.hear(chain.proposal(3, parent: 0, of: block), of: block, from: 3)
        #expect(bench.votes.isEmpty)
        #expect(bench.asks.contains { $0.ask == .certificate(0, 1, .nullification) })
        bench.hear(.answer(chain.certificate(.nullify(0, 1), by: [1, 2, 3])), from: 3)
        #expect(bench.votes == [.notarize(chain.proposal(3, of: block))])
    }

    @Test func `G4 whoever proposes in another's view is blocked`() {
        var bench = Bench(chain)
        let block = chain.block(1)
        bench.hear(chain.proposal(1, of: block), of: block, from: 2)
        #expect(bench.votes.isEmpty)
        #expect(bench.blamed == [.notLeader])
    }

    @Test(arguments: [
        Flaw.chain, .height, .epoch, .parent, .set, .nextSetTooEarly,
    ])
    func `G4 a block that does not extend its parent makes the node give the view up`(_ flaw: Flaw) {
        var bench = Bench(chain)
        let block = flaw.block(in: chain)
        bench.hear(chain.proposal(1, of: block), of: block, from: 1)
        #expect(bench.votes == [.nullify(0, 1)])
    }

    @Test func `G4 a block that the application refuses makes the node give the view up`() {
        var bench = Bench(chain, mode: .idle)
        bench.sync()
        let block = chain.block(1)
        bench.hear(chain.proposal(1, of: block), of: block, from: 1)
        bench.perform(bench.machine.verified(block.digest, .refused, at: instant(1)), at: instant(1))
        bench.sync()
        #expect(bench.votes == [.nullify(0, 1)])
    }

    @Test func `G4 a parent that is no view before gives the view up`() {
        var bench = Bench(chain)
        let block = chain.block(1)
        bench.hear(chain.proposal(1, parent: 1, of: block), of: block, from: 1)
        #expect(bench.votes == [.nullify(0, 1)])
    }

    @Test func `G5 a node outside the set follows and never votes`() throws {
        let outsider = TrialKey.standIn(number: 77)
        var machine = Machine(
            configuration: try ConsensusConfiguration(delta: delta, epochLength: 100), genesis: chain.start,
            signer: outsider, verifier: .standIn, recovery: Recovery(), emptyJournal: .neverVoted,
            at: instant(0))
        _ = machine.started(at: instant(0))
        _ = machine.connected(chain.keys[1].publicKey, at: instant(0))
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        let vote = chain.vote(.notarize(proposal), by: 1)
        let actions =
            machine.received(
                .proposal(LeaderProposal(vote, certificates: [])), from: chain.keys[1].publicKey,
                at: instant(0))
            + machine.received(.body(1, block), from: chain.keys[1].publicKey, at: instant(0))
            + machine.woke(at: instant(10_000))
        #expect(!actions.contains { if case .write = $0 { true } else { false } })
        let certificate = chain.certificate(.notarize(proposal))
        _ = machine.received(.certificate(certificate), from: chain.keys[1].publicKey, at: instant(1))
        #expect(machine.status.view == 2)
        #expect(!machine.status.isVoting)
    }

    @Test func `G5 a validator whose journal may be lost abstains`() {
        var bench = Bench(chain, emptyJournal: .maybeLost)
        let block = chain.block(1)
        bench.hear(chain.proposal(1, of: block), of: block, from: 1)
        bench.wake(at: 1_000)
        #expect(bench.votes.isEmpty)
        #expect(!bench.machine.status.isVoting)
        #expect(!bench.restarted().machine.status.isVoting)
    }

    @Test(arguments: [true, false]) func `G6 two notarizations of one view end all voting, for good`(
        _ sameProposal: Bool
    ) {
        var bench = Bench(chain)
        let one = chain.proposal(1, of: chain.block(1)), other = chain.proposal(1, of: chain.block(2))
        bench.hear(.certificate(chain.certificate(.notarize(one), by: [1, 2, 3])), from: 1)
        bench.said = []
        bench.hear(
            .certificate(chain.certificate(.notarize(sameProposal ? one : other), by: [0, 1, 2])), from: 1)
        #expect(bench.machine.status.isVoting == sameProposal)
        bench.wake(at: 5_000)
        #expect(bench.votes.isEmpty == !sameProposal)
        #expect(bench.restarted().machine.status.isVoting == sameProposal)
    }

    @Test func `G6 a final view that is nullified too ends all voting`() {
        var bench = Bench(chain)
        let proposal = chain.proposal(1, of: chain.block(1))
        bench.hear(.certificate(chain.certificate(.nullify(0, 1), by: [1, 2, 3])), from: 1)
        bench.hear(.certificate(chain.certificate(.finalize(proposal), by: [0, 1, 2])), from: 1)
        #expect(!bench.machine.status.isVoting)
        #expect(!bench.restarted().machine.status.isVoting)
    }

    // MARK: Order

    @Test func `J1 no own vote leaves or counts before it is kept`() {
        var bench = Bench(chain, mode: .idle)
        bench.sync()
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        bench.perform(bench.machine.verified(block.digest, .valid, at: instant(1)), at: instant(1))
        bench.hear(.notarize(proposal), from: [2], at: 1)
        #expect(bench.votes.isEmpty)
        #expect(bench.machine.status.view == 1)
        bench.sync(at: 2)
        #expect(bench.votes == [.notarize(proposal), .finalize(proposal)])
        #expect(bench.machine.status.view == 2)
    }

    @Test func `J2 J3 what a vote rests on stands before it in its batch`() {
        var bench = Bench(chain, mode: .idle)
        bench.sync()
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        bench.perform(bench.machine.verified(block.digest, .valid, at: instant(1)), at: instant(1))
        bench.hear(.certificate(chain.certificate(.notarize(proposal), by: [1, 2, 3])), from: 1, at: 2)
        #expect(
            bench.unsynced.map { $0.records.map(\.name) } == [
                ["block", "vote"], ["certificate", "vote"],
            ])
    }

    @Test func `J4 a finalization is kept before anything it settles may be dropped`() {
        var bench = Bench(chain, mode: .idle)
        bench.sync()
        let proposal = chain.proposal(1, of: chain.block(1))
        bench.hear(.certificate(chain.certificate(.finalize(proposal), by: [1, 2, 3])), from: 1)
        #expect(bench.unsynced.last.map { $0.records.map(\.name) } == ["certificate", "settled"])
    }

    @Test func `J5 a block is delivered when it and its finalization are kept`() {
        var bench = Bench(chain, mode: .idle)
        bench.sync()
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        bench.hear(.certificate(chain.certificate(.finalize(proposal), by: [1, 2, 3])), from: 1)
        #expect(bench.delivered.isEmpty)
        bench.sync()
        #expect(bench.delivered == [block.digest])
        #expect(bench.machine.status.acknowledged == 0)
    }

    @Test func `J6 after a failed write nothing leaves the machine`() {
        var bench = Bench(chain)
        #expect(bench.machine.keepingFailed() == [.alarm(.journalFailed)])
        let block = chain.block(1)
        bench.hear(chain.proposal(1, of: block), of: block, from: 1)
        bench.wake(at: 10_000)
        #expect(bench.said.isEmpty)
        #expect(bench.machine.nextWake == .distantFuture)
    }
}

/// What can be wrong with a block that was proposed in view 1.
enum Flaw: CaseIterable {
    case chain, height, epoch, parent, set, nextSetTooEarly

    func block(in chain: Chain) -> Block {
        let good = chain.block(1).header
        let header = Header(
            chain: self == .chain ? .zero : good.chain, height: self == .height ? 2 : 1,
            epoch: self == .epoch ? 1 : 0, parent: self == .parent ? .zero : good.parent,
            bodyRoot: good.bodyRoot, stateRoot: good.stateRoot,
            setDigest: self == .set ? .zero : good.setDigest,
            nextSetDigest: self == .nextSetTooEarly ? digest(9) : .zero, time: good.time)
        return Block(trusted: header, body: [1, 7])
    }
}
