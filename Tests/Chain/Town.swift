import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives

/// People with keys, and the chain that they begin with: the first few validate, all have a balance.
struct Town {
    static let chain = ChainIdentity(ChainDigest(Array(repeating: 7, count: 32))!, network: namespace)
    static let namespace = (try? Namespace("CONCLAVE_town"))!
    /// Keys of people, in the order of their numbers.
    static let keys = (0..<40).compactMap { try? SigningKey(seed: Array(repeating: UInt8($0), count: 32)) }
    /// Keys that validators use on the network.
    static let networkKeys = (0..<40).compactMap {
        try? SigningKey(seed: Array(repeating: UInt8($0 + 100), count: 32))
    }

    static func contact(_ number: Int, port: UInt16? = nil) -> Contact {
        Contact(
            networkKey: networkKeys[number].publicKey, address: address(port ?? 4_000 + UInt16(number)))
    }

    static func address(_ port: UInt16) -> Ingress { .socket(SocketAddress(.loopback, port: port)) }

    static func terms(
        epochLength: UInt64 = 10, unbondingEpochs: UInt64 = 2, stakeMin: UInt64 = 10, seatsMax: Int = 4,
        bodyBytesMax: Int = ChainTerms.bodyBytesStandard,
        transactionsMax: Int = ChainTerms.transactionsStandard
    ) -> ChainTerms {
        ChainTerms(
            identity: chain, epochLength: epochLength, unbondingEpochs: unbondingEpochs, stakeMin: stakeMin,
            seatsMax: seatsMax, bodyBytesMax: bodyBytesMax, transactionsMax: transactionsMax)
    }

    /// Each of `people` has 1,000; each of the first `validators` has bonded 100 beside it.
    static func genesis(
        _ terms: ChainTerms = terms(), validators: Int = 3, people: Int = 8
    ) -> ChainGenesis {
        let accounts = (0..<people).map { number in
            AccountTree.Entry(
                key: keys[number].publicKey,
                account: Account(
                    balance: 1_000, stake: number < validators ? 100 : 0,
                    contact: number < validators ? contact(number) : nil))
        }
        return (try? ChainGenesis(terms: terms, accounts: accounts))!
    }

    static func key(_ number: Int) -> PublicKey { keys[number].publicKey }

    static func proven(_ number: Int, for person: Int, port: UInt16? = nil) -> ProvenContact {
        ProvenContact(
            networkKey: networkKeys[number], address: contact(number, port: port).address,
            for: key(person), on: chain)
    }

    static func signed(_ person: Int, nonce: UInt64, _ operation: Transaction.Operation) -> SignedTransaction
    {
        SignedTransaction(
            Transaction(chain: chain.digest, sender: key(person), nonce: nonce, operation),
            by: keys[person], on: chain)
    }

    static func verified(
        _ person: Int, nonce: UInt64, _ operation: Transaction.Operation
    ) throws(Refusal) -> VerifiedTransaction {
        try VerifiedTransaction(signed(person, nonce: nonce, operation), on: chain)
    }

    /// One transfer of `person` to the next.
    static func transfer(_ person: Int, nonce: UInt64, _ amount: UInt64 = 1) throws -> VerifiedTransaction {
        try verified(person, nonce: nonce, .transfer(to: key((person + 1) % keys.count), amount: amount))
    }

    /// What all accounts have together, counted one by one.
    static func sum(_ ledger: Ledger) -> UInt64 {
        ledger.accounts.entries(limit: .max).reduce(0) { $0 + $1.account.total }
    }
}

extension Ledger {
    /// The state behind so many blocks without transactions.
    func passing(_ blocks: Int) -> Ledger {
        (0..<blocks).reduce(self) { ledger, _ in BlockDraft(on: ledger).sealed().ledger }
    }
}

/// Operations of people drawn from a seed, most of which can be done.
struct Whims {
    private var random: SplitMix64
    let people: Int

    init(seed: UInt64, people: Int = 8) {
        random = SplitMix64(seed: seed)
        self.people = people
    }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func next(in draft: BlockDraft) throws -> VerifiedTransaction {
        let person = below(people)
        let account = draft.account(Town.key(person))
        let isWrong = below(10) == 0
        let nonce = (account?.nonce ?? 0) &+ (isWrong ? UInt64(below(3)) : 0)
        return try Town.verified(person, nonce: nonce, operation(of: person, account))
    }

    private mutating func operation(of person: Int, _ account: Account?) -> Transaction.Operation {
        switch below(8) {
        case 0...2: .transfer(to: Town.key(below(Town.keys.count)), amount: UInt64(below(200)))
        case 3:
            .bond(
                amount: UInt64(below(100)), account?.contact == nil ? Town.proven(person, for: person) : nil)
        case 4: .bond(amount: UInt64(below(1_000)), nil)
        case 5: .unbond(amount: UInt64(below(150)))
        case 6: .unbond(amount: account?.stake ?? 0)
        case _: .rotate(Town.proven(below(Town.networkKeys.count), for: person))
        }
    }
}
