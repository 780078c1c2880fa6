import ConclaveArguments
import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet

/// What a command of `conclave stake` is to send, with the keys that sign it.
struct StakeOrder: Sendable {
    let chain: ChainIdentity
    let key: SigningKey
    let operation: Transaction.Operation

    /// Which of the operations is meant.
    enum Kind: Hashable, Sendable {
        case transfer, bond, unbond, rotate
    }

    /// Reads the files that `options` names.
    ///
    /// - Throws: 65 for a file that is wrong, 64 for options that do not go together.
    init(_ kind: Kind, _ options: StakeOptions) throws(Failure) {
        guard let genesisFile = options.genesis, let keyFile = options.key else { throw Self.missing }
        let genesis = try Failure.converting { () throws(LocalnetFailure) in try Genesis(file: genesisFile) }
        chain = genesis.chain.terms.identity
        key = try KeyReading.key(in: keyFile, passphraseFile: options.passphraseFile)
        let contact = try Self.contact(options, for: key.publicKey, on: chain)
        switch (kind, options.amount, options.recipient, contact) {
        case (.transfer, let amount?, let recipient?, _): operation = .transfer(to: recipient, amount: amount)
        case (.bond, let amount?, _, let contact): operation = .bond(amount: amount, contact)
        case (.unbond, let amount?, _, _): operation = .unbond(amount: amount)
        case (.rotate, _, _, let contact?): operation = .rotate(contact)
        case (.transfer, _, _, _), (.bond, _, _, _), (.unbond, _, _, _), (.rotate, _, _, _):
            throw Self.missing
        }
    }

    /// The transaction in the digits that a validator takes.
    func digits(nonce: UInt64) -> String {
        let transaction = Transaction(
            chain: chain.digest, sender: key.publicKey, nonce: nonce, operation)
        return Hex.text(SignedTransaction(transaction, by: key, on: chain).encoded)
    }

    /// Hands it to a validator.
    ///
    /// - Returns: the answer as it stands, and read.
    func send(
        through reader: ChainReader, nonce: UInt64
    ) async throws(Failure) -> (text: String, value: ChainSight.Sent) {
        try await reader.answer(to: HTTPQuestion(posting: digits(nonce: nonce), to: "/chain/transaction"))
    }

    private static func contact(
        _ options: StakeOptions, for account: PublicKey, on chain: ChainIdentity
    ) throws(Failure) -> ProvenContact? {
        switch (options.networkKey, options.address) {
        case (nil, nil): return nil
        case (let file?, let address?):
            // The network key may be the account's own, or have its own file, which is not sealed.
            let passphrase = file == options.key ? options.passphraseFile : nil
            let networkKey = try KeyReading.key(in: file, passphraseFile: passphrase)
            return ProvenContact(networkKey: networkKey, address: address, for: account, on: chain)
        case (.some, nil), (nil, .some):
            throw Failure(
                .usage, "--network-key and --address go together: how a validator is reached is both")
        }
    }

    // The table of arguments has asked for it before.
    private static let missing = Failure(.internalError, "an option that must be there is not")
}
