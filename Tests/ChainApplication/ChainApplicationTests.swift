import ConclaveChain
import ConclaveChainApplication
import ConclaveCodec
import ConclaveConsensusCore
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing

@Suite struct ChainApplicationTests {
    @Test(arguments: [1, 2] as [UInt64])
    func `four validators make blocks epoch after epoch, and time their own`(seed: UInt64) throws {
        let village = try Village(4, seed: seed)
        try village.startAll()
        village.run(.seconds(10))
        #expect(village.heights.allSatisfy { $0 > 60 }, "\(village.heights) \(village.simulation.report())")
        for validator in village.validators {
            #expect(validator.seen.figures.withLock { $0?.finality } != nil)
            let epochs = validator.seen.news.withLock { $0 }
            #expect(epochs.count >= 3 && epochs.first == .epoch(1, joined: [], left: []))
        }
        village.simulation.end()
    }

    @Test func `what an operator says of an address counts in every epoch until he takes it back`() throws {
        let village = try Village(4, seed: 6)
        try village.startAll()
        village.run(.seconds(1))
        let peer = village.validators[1].key.publicKey
        let elsewhere = Ingress.socket(SocketAddress(village.validators[1].node.ip, port: 4_000))
        let there = PeerAddress(dialled: elsewhere)
        let home = PeerAddress(dialled: village.validators[1].contact.address)
        let told = Lock<[[PeerAddress]]>([])
        let validators = try village.genesis.epochStart.validators
        let application = try #require(village.validators[0].seen.application.withLock { $0 })
        village.validators[0].node.context.spawn("operator") { context in
            for places in [[(peer, elsewhere)], [(peer, elsewhere)], []] {
                let moves = await application.place(places)
                #expect(moves.allSatisfy { $0.0 == peer })
                // Two epochs later the rosters are others.
                try await context.sleep(for: .seconds(4))
                let epoch = Epoch(await application.figures().epoch)
                let known = await application.peers(of: validators, epoch: epoch)
                told.withLock {
                    $0.append(moves.map(\.1) + known.filter { $0.peer == peer }.compactMap(\.address))
                }
            }
        }
        village.run(.seconds(13))
        #expect(told.withLock { $0 } == [[there, there], [there], [home, home]])
        village.simulation.end()
    }

    @Test func `a block is not built before its time, and no later than the pace says`() throws {
        let village = try Village(4, seed: 3, pace: .every(.milliseconds(100)))
        try village.startAll()
        village.run(.seconds(20))
        #expect(village.heights.allSatisfy { (100...200).contains($0) }, "\(village.heights)")
        village.simulation.end()
    }

    @Test func `what one validator is handed is in a block, whoever leads, and changes the next roster`()
        throws
    {
        let village = try Village(4, seed: 4)
        try village.startAll()
        village.run(.seconds(1))
        let staker = village.validators[0]
        try village.submit(.bond(amount: 500, nil), nonce: 0, by: staker.key, to: village.validators[2])
        village.run(.seconds(4))
        #expect(village.validators[2].seen.refusals.withLock { $0 } == [nil])
        #expect(village.stakes == [1_500, 1_000, 1_000, 1_000])
        village.simulation.end()
    }

    @Test func `one who bonds joins at an epoch and catches up; one who unbonds all leaves`() throws {
        let village = try Village(5, staked: 4, seed: 5)
        try village.startAll()
        village.run(.seconds(8))
        #expect(village.heights[4] == 0 && village.stakes[4] == nil)
        let newcomer = village.validators[4]
        let contact = ProvenContact(
            networkKey: newcomer.key, address: newcomer.contact.address, for: newcomer.key.publicKey,
            on: village.genesis.terms.identity)
        try village.submit(
            .bond(amount: 1_000, contact), nonce: 0, by: newcomer.key, to: village.validators[0])
        village.run(.seconds(6))
        #expect(village.stakes[4] == 1_000)
        let most = village.heights.max() ?? 0
        #expect(village.heights[4] + 5 > most, "\(village.heights) \(village.simulation.report())")
        let leaver = village.validators[1]
        try village.submit(.unbond(amount: 1_000), nonce: 0, by: leaver.key, to: village.validators[0])
        village.run(.seconds(6))
        let told = village.validators[0].seen.news.withLock { $0 }
        let (joined, left) = told.reduce(into: ([PublicKey](), [PublicKey]())) { sums, news in
            guard case .epoch(_, let joined, let left) = news else { return }
            sums.0 += joined
            sums.1 += left
        }
        #expect(joined == [newcomer.key.publicKey] && left == [leaver.key.publicKey])
        village.simulation.end()
    }

    @Test func `after a power cut of everybody the chain goes on from where it stood`() throws {
        let village = try Village(4, seed: 6)
        try village.startAll()
        village.run(.seconds(5))
        let before = village.heights
        for validator in village.validators { _ = validator.node.crash(.powerLost) }
        for validator in village.validators {
            validator.node.start()
            try village.start(validator)
        }
        village.run(.seconds(5))
        #expect(zip(before, village.heights).allSatisfy { $1 > $0 + 20 }, "\(before) \(village.heights)")
        village.simulation.end()
    }

    @Test func `one that votes twice is found out, and the others agree and go on`() throws {
        let village = try Village(4, liars: 1, seed: 7)
        try village.startAll()
        var digests: [UInt64: Set<ChainDigest>] = [:]
        for _ in 0..<100 {
            village.run(.milliseconds(100))
            for validator in village.validators.dropLast() {
                for mark in validator.seen.figures.withLock({ $0?.marks ?? [] }) {
                    digests[mark.height, default: []].insert(mark.digest)
                }
            }
        }
        #expect(village.heights.dropLast().allSatisfy { $0 > 40 }, "\(village.heights)")
        #expect(digests.count > 40 && digests.values.allSatisfy { $0.count == 1 })
        let found = village.validators.dropLast().reduce(0) {
            $0 + ($1.seen.figures.withLock { $0?.evidence ?? 0 })
        }
        #expect(found > 0)
        let liar = village.validators[3].key.publicKey
        for validator in village.validators.dropLast() {
            for case .evidence(let accused, _, _, _) in validator.seen.news.withLock({ $0 }) {
                #expect(accused == liar)
            }
        }
        village.simulation.end()
    }
}
