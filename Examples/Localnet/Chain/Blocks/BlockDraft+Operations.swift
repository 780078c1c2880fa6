import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives

// Each rule first looks at everything that could refuse, then changes what it changes.
extension BlockDraft {
    /// Does what `transaction` says; its sender afterwards.
    mutating func applied(_ transaction: VerifiedTransaction) throws(Refusal) -> Account {
        let key = transaction.sender
        guard var sender = account(key) else { throw .unknownAccount }
        guard transaction.nonce >= sender.nonce else { throw .nonceTooLow(expected: sender.nonce) }
        guard transaction.nonce == sender.nonce else { throw .nonceTooHigh(expected: sender.nonce) }
        sender.nonce += 1
        switch transaction.transaction.operation {
        case .transfer(let recipient, let amount):
            return try transfer(amount, from: key, sender, to: recipient)
        case .bond(let amount, let contact): try bond(amount, contact?.contact, of: key, &sender)
        case .unbond(let amount): try unbond(amount, &sender)
        case .rotate(let contact):
            guard sender.stake > 0 else { throw .notBonded }
            try use(contact.contact, for: key, &sender)
        }
        set(key, to: sender)
        return sender
    }

    private mutating func transfer(
        _ amount: UInt64, from key: PublicKey, _ account: Account, to recipient: PublicKey
    ) throws(Refusal) -> Account {
        var sender = account
        try Self.spend(amount, &sender)
        guard recipient != key else {
            sender.balance += amount
            set(key, to: sender)
            return sender
        }
        var receiver = self.account(recipient) ?? Account()
        receiver.balance += amount
        set(key, to: sender)
        set(recipient, to: receiver)
        return sender
    }

    private func bond(
        _ amount: UInt64, _ contact: Contact?, of key: PublicKey, _ sender: inout Account
    ) throws(Refusal) {
        try Self.spend(amount, &sender)
        sender.stake += amount
        guard sender.stake >= terms.stakeMin else { throw .stakeBelowMinimum(terms.stakeMin) }
        if let contact {
            try use(contact, for: key, &sender)
        } else if sender.contact == nil {
            throw .contactMissing
        }
    }

    private func unbond(_ amount: UInt64, _ sender: inout Account) throws(Refusal) {
        guard amount > 0 else { throw .amountZero }
        guard amount <= sender.stake else { throw .stakeShort(available: sender.stake) }
        let isLeaving = amount == sender.stake
        guard isLeaving || sender.stake - amount >= terms.stakeMin else {
            throw .stakeBelowMinimum(terms.stakeMin)
        }
        guard !isLeaving || ranking.count > 1 else { throw .lastValidator }
        sender.unbond(amount, until: epoch + terms.unbondingEpochs)
        if isLeaving { sender.contact = nil }
    }

    private func use(_ contact: Contact, for key: PublicKey, _ sender: inout Account) throws(Refusal) {
        guard contact.address.port > 0 else { throw .portZero }
        // Also while a roster still has the key, though its owner has moved on to another.
        let users = [rosters.now, rosters.next].map { $0?.seat(of: contact.networkKey)?.account }
        guard (users + [networkKeys[contact.networkKey]]).allSatisfy({ $0 == nil || $0 == key }) else {
            throw .networkKeyInUse
        }
        sender.contact = contact
    }

    private static func spend(_ amount: UInt64, _ account: inout Account) throws(Refusal) {
        guard amount > 0 else { throw .amountZero }
        guard amount <= account.balance else { throw .balanceShort(available: account.balance) }
        account.balance -= amount
    }
}
