internal import ConclaveCryptography
internal import ConclavePrimitives

/// Who is connected, and what each peer has had of us lately: bounds what asking costs.
struct PeerAccounts: Sendable {
    /// Asks that a peer may make at once; as many come back in a second.
    static let asks = 200
    /// Bytes that a peer may be served at once; as many come back in a second.
    static let bytes = 8 << 20

    /// What is told to one peer only so often, however often it asks for it.
    enum Courtesy: Int, Sendable, CaseIterable {
        /// The certificate that leads to our view.
        case entry
        /// The finalization that closed its epoch.
        case closing
    }

    private struct Account: Sendable {
        var lastAt: [Instant?] = Array(repeating: nil, count: Courtesy.allCases.count)
        var asks = TokenBucket(capacity: PeerAccounts.asks)
        var bytes = TokenBucket(capacity: PeerAccounts.bytes)
        var isServed = false
        /// The newest epoch that it has spoken of.
        var epoch: Epoch = 0
    }

    private var accounts = SortedArray<PublicKey, Account>()
    /// In ascending order.
    private(set) var connected: [PublicKey] = []
    /// The newest that any of them has spoken of, so that most events need not look.
    private var newestEpoch: Epoch = 0

    mutating func connect(_ peer: PublicKey) {
        guard accounts[peer] == nil else { return }
        accounts[peer] = Account()
        connected = accounts.keys
    }

    mutating func disconnect(_ peer: PublicKey) {
        accounts[peer] = nil
        connected = accounts.keys
        newestEpoch = accounts.values.reduce(0) { max($0, $1.epoch) }
    }

    func isConnected(_ peer: PublicKey) -> Bool { accounts[peer] != nil }

    /// The peer has said something of `epoch`, which is true or not.
    mutating func note(_ peer: PublicKey, in epoch: Epoch) {
        guard var account = accounts[peer], account.epoch < epoch else { return }
        account.epoch = epoch
        accounts[peer] = account
        newestEpoch = max(newestEpoch, epoch)
    }

    /// Who is connected and has spoken of an epoch after that one, in ascending order.
    func ahead(of epoch: Epoch) -> [PublicKey] {
        guard newestEpoch > epoch else { return [] }
        return accounts.compactMap { peer, account in account.epoch > epoch ? peer : nil }
    }

    /// Whether the peer may have it now; then not again before `pause` is over.
    mutating func grant(_ courtesy: Courtesy, to peer: PublicKey, pause: Duration, at now: Instant) -> Bool {
        guard var account = accounts[peer] else { return false }
        if let last = account.lastAt[courtesy.rawValue], last.advanced(by: pause) > now { return false }
        account.lastAt[courtesy.rawValue] = now
        accounts[peer] = account
        return true
    }

    /// Whether the peer may ask once more.
    mutating func takeAsk(of peer: PublicKey, at now: Instant) -> Bool {
        guard var account = accounts[peer] else { return false }
        defer { accounts[peer] = account }
        return account.asks.take(1, at: now) && account.bytes.take(0, at: now)
    }

    /// Charges what was sent to it.
    mutating func charge(_ bytes: Int, to peer: PublicKey, at now: Instant) {
        guard var account = accounts[peer] else { return }
        account.bytes.spend(bytes, at: now)
        accounts[peer] = account
    }

    /// Whether reading the journal for it may begin; one at a time.
    mutating func beginServing(_ peer: PublicKey) -> Bool {
        guard var account = accounts[peer], !account.isServed else { return false }
        account.isServed = true
        accounts[peer] = account
        return true
    }

    mutating func endServing(_ peer: PublicKey) {
        guard var account = accounts[peer] else { return }
        account.isServed = false
        accounts[peer] = account
    }
}
