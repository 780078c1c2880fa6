public import ConclaveCodec

/// What one key owns. Its address is the key.
public struct Account: Hashable, Sendable {
    /// No account, nor all together, ever have more: JSON carries such an integer without loss, and sums of
    /// two never overflow.
    public static let supplyMax: UInt64 = 1 << 52

    /// What may be spent, without what is released since it was last written; see ``settled(in:)``.
    public internal(set) var balance: UInt64
    /// The number of the next transaction.
    public internal(set) var nonce: UInt64
    /// What is bonded, and counts in the next roster that is announced.
    public internal(set) var stake: UInt64
    /// How the validator is reached; nil if nothing is bonded.
    public internal(set) var contact: Contact?
    /// What was unbonded and is not free yet, by the epoch that releases it.
    public internal(set) var unbonding: [Unbonding]

    public init(
        balance: UInt64 = 0, nonce: UInt64 = 0, stake: UInt64 = 0, contact: Contact? = nil,
        unbonding: [Unbonding] = []
    ) {
        self.balance = balance
        self.nonce = nonce
        self.stake = stake
        self.contact = contact
        self.unbonding = unbonding
    }

    /// Everything it owns.
    public var total: UInt64 { unbonding.reduce(balance + stake) { $0 + $1.amount } }

    /// The account with what `epoch` and those before it release in its balance.
    ///
    /// It happens when somebody looks, so that the beginning of an epoch costs nothing by account.
    public func settled(in epoch: UInt64) -> Account {
        guard unbonding.contains(where: { $0.epoch <= epoch }) else { return self }
        var account = self
        account.unbonding.removeAll { $0.epoch <= epoch }
        account.balance = total - account.unbonding.reduce(stake) { $0 + $1.amount }
        return account
    }

    /// Takes `amount` from the stake, to be released in `epoch`. There is one entry an epoch, so that their
    /// number is bounded by how long unbonding takes.
    mutating func unbond(_ amount: UInt64, until epoch: UInt64) {
        stake -= amount
        if let last = unbonding.last, last.epoch == epoch {
            unbonding[unbonding.count - 1] = Unbonding(amount: last.amount + amount, epoch: epoch)
        } else {
            unbonding.append(Unbonding(amount: amount, epoch: epoch))
        }
    }
}

/// A part of a stake on its way back to the balance.
public struct Unbonding: Hashable, Sendable {
    /// At least 1.
    public let amount: UInt64
    /// From its first block on the amount may be spent.
    public let epoch: UInt64

    public init(amount: UInt64, epoch: UInt64) {
        self.amount = amount
        self.epoch = epoch
    }
}

extension Account: WireValue {
    /// Most entries of ``unbonding``: as many epochs as unbonding may take.
    static let unbondingMax: UInt32 = 64

    public func encode(into writer: inout Writer) {
        writer.varint(balance)
        writer.varint(nonce)
        writer.varint(stake)
        writer.optional(contact)
        writer.varint(UInt64(unbonding.count))
        for entry in unbonding {
            writer.varint(entry.amount)
            writer.varint(entry.epoch)
        }
    }

    /// Accounts never come from a peer; a disk may be broken all the same.
    public init(from reader: inout Reader) throws(DecodeError) {
        let balance = try reader.amount()
        let nonce = try reader.varint64()
        let stake = try reader.amount()
        let contact: Contact? = try reader.optional()
        var unbonding: [Unbonding] = []
        var sum = balance + stake
        for _ in 0..<(try reader.varint32(limit: Self.unbondingMax)) {
            let amount = try reader.amount()
            guard amount > 0 else { throw .belowLimit(value: 0, limit: 1) }
            let epoch = try reader.varint64()
            guard unbonding.last.map({ $0.epoch < epoch }) ?? true else { throw .notAscending }
            unbonding.append(Unbonding(amount: amount, epoch: epoch))
            sum += amount
        }
        guard sum <= Self.supplyMax else { throw .aboveLimit(value: sum, limit: Self.supplyMax) }
        self.init(balance: balance, nonce: nonce, stake: stake, contact: contact, unbonding: unbonding)
    }
}
