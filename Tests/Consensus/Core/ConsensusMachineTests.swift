import ConclaveConsensusTrials
import ConclaveCryptography
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

/// Epoch 0, four validators, in turn: member 1 leads view 1, member 2 view 2, member 3 view 3, member 0 view
/// 4. The machine is member 0's unless a test says otherwise.
@Suite struct ConsensusMachineTests {
    let chain = Chain()

    // MARK: The straight way

    @Test func `a proposal is voted for, notarized, voted final, made final and delivered`() {
        var bench = Bench(chain)
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        #expect(bench.votes == [.notarize(proposal)])
        bench.hear(.notarize(proposal), from: [2])
        #expect(bench.votes == [.notarize(proposal), .finalize(proposal)])
        #expect(bench.passedOn == [.notarize(proposal)])
        #expect(bench.machine.status.view == 2)
        bench.hear(.finalize(proposal), from: [1])
        #expect(bench.delivered.isEmpty)
        bench.hear(.finalize(proposal), from: [3])
        #expect(bench.delivered == [block.digest])
        #expect(bench.machine.status.lastFinal == 1)
        #expect(bench.machine.status.acknowledged == 1)
        #expect(bench.machine.statistics.signaturesVerified == 4)
    }

    @Test func `whoever leads has a block built, keeps it, votes for it and sends both`() {
        var bench = Bench(chain, own: 1)
        let request = bench.builds.first
        #expect(request?.height == 1)
        #expect(request?.parentDigest == chain.start.originDigest)
        let content = BlockContent(body: [9], stateRoot: .zero, time: WallTime(milliseconds: 1))
        bench.perform(bench.machine.built(content, view: 1, epoch: 0, at: instant(1)), at: instant(1))
        #expect(bench.votes.map(\.kind) == [.notarize])
        let kinds = bench.journal.map(\.name)
        #expect(kinds == ["epoch", "block", "vote"])
        let bodies = bench.said.filter { if case .sendBody = $0 { true } else { false } }
        #expect(bodies.count == 1)
    }

    @Test func `an application without a block gives the view up`() {
        var bench = Bench(chain, own: 1)
        bench.perform(bench.machine.built(nil, view: 1, epoch: 0, at: instant(1)), at: instant(1))
        #expect(bench.votes == [.nullify(0, 1)])
    }

    @Test func `a block that breaks a rule of blocks is not proposed`() {
        var bench = Bench(chain, own: 1)
        let content = BlockContent(
            body: [9], stateRoot: .zero, nextSet: chain.start.validators, time: WallTime(milliseconds: 1))
        bench.perform(bench.machine.built(content, view: 1, epoch: 0, at: instant(1)), at: instant(1))
        #expect(bench.votes == [.nullify(0, 1)])
    }

    // MARK: Restarts

    @Test func `after a restart the same votes are said again and no others`() {
        var bench = Bench(chain)
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        var again = bench.restarted()
        #expect(again.machine.state.ownVotes[1]?.notarize?.subject == .notarize(proposal))
        let other = chain.block(2)
        again.hear(chain.proposal(1, of: other), of: other, from: 1)
        #expect(again.votes.isEmpty)
        again.hear(.notarize(proposal), from: [2, 3])
        #expect(again.votes == [.finalize(proposal)])
    }

    @Test func `a leader that restarts proposes the same block and has none built`() {
        var bench = Bench(chain, own: 1)
        let content = BlockContent(body: [9], stateRoot: .zero, time: WallTime(milliseconds: 1))
        bench.perform(bench.machine.built(content, view: 1, epoch: 0, at: instant(1)), at: instant(1))
        let votes = bench.votes
        var recovery = Recovery()
        for record in bench.journal { recovery.replay(record) }
        var machine = Bench(chain, own: 1, recovery: recovery).machine
        #expect(machine.state.proposed == 1)
        #expect(machine.state.ownVotes[1]?.notarize?.subject == votes.first)
        #expect(!machine.woke(at: instant(2)).contains { if case .build = $0 { true } else { false } })
    }

    @Test func `a restart delivers again what was not acknowledged`() {
        var bench = Bench(chain, mode: .idle)
        bench.sync()
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        bench.hear(.certificate(chain.certificate(.finalize(proposal), by: [1, 2, 3])), from: 1)
        bench.sync()
        var recovery = Recovery()
        for record in bench.journal { recovery.replay(record) }
        var machine = Machine(
            configuration: bench.machine.configuration, genesis: chain.start, signer: chain.keys[0],
            verifier: .standIn, recovery: recovery, emptyJournal: .neverVoted, at: instant(0))
        let actions = machine.started(at: instant(0))
        #expect(
            actions.contains(.deliver(BlockReference(header: block.header, digest: block.digest, body: nil))))
    }

    // MARK: Bounds and blame

    @Test func `only what the window holds is kept`() {
        var bench = Bench(chain)
        bench.hear(.nullify(0, 3), from: [1])
        bench.hear(.nullify(0, 4), from: [1])
        #expect(bench.machine.trackedViews == [3])
        #expect(bench.blamed.isEmpty)
    }

    @Test func `a certificate moves the view however far ahead it is`() {
        var bench = Bench(chain)
        bench.hear(.certificate(chain.certificate(.nullify(0, 1_000_000), by: [1, 2, 3])), from: 1)
        #expect(bench.machine.status.view == 1_000_001)
        #expect(bench.asks.filter { if case .certificate = $0.ask { true } else { false } }.count == 8)
    }

    @Test
    func `a vote of another, a false signature and a false certificate end the link, and it is not heard`() {
        var bench = Bench(chain)
        bench.hear(.vote(chain.vote(.nullify(0, 1), by: 2)), from: 1)
        #expect(bench.blamed == [.foreignVote])
        bench.hear(.nullify(0, 1), from: [1])
        #expect(bench.machine.trackedViews.isEmpty)
        bench.connect(1)
        let forged = Vote(.nullify(0, 1), signer: 1, signature: chain.vote(.nullify(0, 1), by: 2).signature)
        bench.hear(.vote(forged), from: 1)
        #expect(bench.blamed == [.foreignVote, .voteSignature])
        bench.connect(1)
        bench.hear(.certificate(chain.certificate(.nullify(0, 1), by: [1, 2])), from: 1)
        #expect(bench.blamed.last == .certificate(.noQuorum))
    }

    @Test func `strangers are not heard`() {
        var bench = Bench(chain)
        bench.machine.disconnected(chain.keys[1].publicKey)
        bench.hear(.nullify(0, 1), from: [1])
        #expect(bench.machine.trackedViews.isEmpty)
    }

    // MARK: Time

    @Test
    func `a silent leader is given up after two Δ, one that proposed what cannot be judged after three`() {
        var silent = Bench(chain)
        silent.wake(at: 199)
        #expect(silent.votes.isEmpty)
        silent.wake(at: 200)
        #expect(silent.votes == [.nullify(0, 1)])
        var slow = Bench(chain)
        let vote = chain.vote(.notarize(chain.proposal(1, of: chain.block(1))), by: 1)
        slow.hear(.proposal(LeaderProposal(vote, certificates: [])), from: 1, at: 1)
        slow.wake(at: 299)
        #expect(slow.votes.isEmpty)
        slow.wake(at: 300)
        #expect(slow.votes == [.nullify(0, 1)])
    }

    @Test func `a view that was given up is said again every two Δ, with what led there`() {
        var bench = Bench(chain)
        bench.hear(.certificate(chain.certificate(.nullify(0, 1), by: [1, 2, 3])), from: 1)
        bench.wake(at: 200)
        bench.said = []
        bench.wake(at: 399)
        #expect(bench.said.isEmpty)
        bench.wake(at: 400)
        #expect(bench.votes == [.nullify(0, 2)])
        #expect(bench.passedOn == [.nullify(0, 1)])
        #expect(bench.machine.nextWake == instant(600))
    }

    @Test func `a leader that gives its own view up is believed at once`() {
        var bench = Bench(chain)
        bench.hear(.nullify(0, 1), from: [1])
        #expect(bench.votes == [.nullify(0, 1)])
    }

    @Test func `whoever gives up a view that was left is shown the way here, but not too often`() {
        var bench = Bench(chain)
        bench.hear(.certificate(chain.certificate(.nullify(0, 1), by: [1, 2, 3])), from: 1)
        bench.said = []
        bench.hear(.nullify(0, 1), from: [2])
        bench.hear(.nullify(0, 1), from: [2], at: 100)
        #expect(bench.passedOn == [.nullify(0, 1)])
        bench.hear(.nullify(0, 1), from: [2], at: 200)
        #expect(bench.passedOn.count == 2)
    }

    @Test func `a leader that was not heard for ten Δ is passed over if most others were`() {
        var bench = Bench(chain)
        for view: UInt64 in 1...9 {
            let subject = Subject.nullify(0, View(view))
            bench.hear(subject, from: [1, 2], at: Int(view) * 110)
            let certificate = chain.certificate(subject, by: [0, 1, 2])
            bench.hear(.certificate(certificate), from: 1, at: Int(view) * 110)
        }
        #expect(bench.machine.status.view == 10)
        bench.said = []
        bench.hear(.nullify(0, 10), from: [1, 2], at: 1_050)
        bench.hear(.certificate(chain.certificate(.nullify(0, 10), by: [0, 1, 2])), from: 1, at: 1_051)
        #expect(bench.machine.status.view == 11)
        #expect(bench.votes.contains(.nullify(0, 11)))
    }

    // MARK: Epochs

    @Test func `the last block's finalization leads into the next epoch, where its set decides`() throws {
        var bench = Bench(chain, epochLength: 1)
        let block = chain.block(1, last: true), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        bench.hear(.certificate(chain.certificate(.notarize(proposal), by: [1, 2, 3])), from: 1)
        #expect(bench.machine.status.epoch == 0)
        bench.hear(.certificate(chain.certificate(.finalize(proposal), by: [1, 2, 3])), from: 1)
        #expect(bench.machine.status.epoch == 1)
        #expect(bench.machine.status.view == 1)
        let entered = bench.said.compactMap { if case .enter(let start) = $0 { start } else { nil } }
        #expect(entered.map(\.originDigest) == [block.digest])
        #expect(bench.journal.map(\.name).suffix(2) == ["epoch", "acknowledged"])
        bench.said = []
        bench.hear(.nullify(0, 2), from: [2])
        #expect(bench.said.contains { if case .send(.closing, to: _) = $0 { true } else { false } })
    }

    @Test func `above the last height only the last block again is voted for`() {
        var bench = Bench(chain, epochLength: 1)
        let block = chain.block(1, last: true), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1)
        bench.hear(.certificate(chain.certificate(.notarize(proposal), by: [1, 2, 3])), from: 1)
        bench.said = []
        let again = chain.proposal(2, parent: 1, of: block)
        bench.hear(again, of: block, from: 2)
        #expect(bench.votes == [.notarize(again)])
        var other = Bench(chain, epochLength: 1)
        other.hear(proposal, of: block, from: 1)
        other.hear(.certificate(chain.certificate(.notarize(proposal), by: [1, 2, 3])), from: 1)
        other.said = []
        let beyond = chain.block(2, on: block.header)
        other.hear(chain.proposal(2, parent: 1, of: beyond), of: beyond, from: 2)
        #expect(other.votes == [.nullify(0, 2)])
    }

    @Test func `who hears of a later epoch asks how its own ended`() {
        var bench = Bench(chain)
        bench.hear(.vote(chain.vote(.nullify(1, 1), by: 1)), from: 1)
        #expect(bench.asks.map(\.ask) == [.closing(0)])
        bench.hear(.vote(chain.vote(.nullify(5, 1), by: 1)), from: 1, at: 100)
        #expect(bench.asks.count == 1)
    }

    // MARK: Signatures

    @Test func `each signature is looked at once, and not where a certificate has settled the matter`() {
        var bench = Bench(chain)
        let subject = Subject.nullify(0, 1)
        bench.hear(subject, from: [2, 3])
        #expect(bench.machine.statistics.signaturesVerified == 2)
        bench.hear(subject, from: [2, 3])
        #expect(bench.machine.statistics.signaturesVerified == 2)
        bench.hear(.certificate(chain.certificate(subject, by: [1, 2, 3])), from: 3)
        #expect(bench.machine.statistics.signaturesVerified == 3)
        bench.hear(.certificate(chain.certificate(subject, by: [0, 1, 2])), from: 2)
        bench.hear(subject, from: [3])
        #expect(bench.machine.statistics.signaturesVerified == 3)
        #expect(bench.machine.statistics.signaturesSpared == 2 + 2 + 3 + 1)
    }
}
