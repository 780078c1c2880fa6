internal import Conclave
internal import ConclaveChain
internal import ConclaveFuzzing
internal import ConclaveHTTP

/// Which of the two servers a client knocks at.
enum Door: CaseIterable {
    /// Of the node.
    case endpoint
    /// Of its chain.
    case chain
}

/// A node and a chain that are shown to clients: once for all inputs, because what they show never changes.
final class Served: Sendable {
    static let shared = Result { () throws(Finding) in try Served() }

    let known: PublicKey
    /// Bodies to post: a transaction as it should be, and one whose signature does not hold.
    let transaction, forged: [UInt8]
    private let endpoint: HTTPEndpoint
    private let service: HTTPService
    private let glass: Glass
    private let runtime: SystemRuntime

    var taken: Int { glass.taken }

    private init() throws(Finding) {
        do {
            runtime = try SystemRuntime(loops: 1, log: .silent)
            let context = runtime.context(named: "fuzz")
            let key = try SigningKey(seed: [UInt8](repeating: 1, count: SigningKey.seedByteCount))
            let nowhere = SocketAddress(.loopback, port: 0)
            let network = PeerNetwork(
                try Configuration(
                    profile: .local, namespace: "FUZZ", maxMessageBytes: 1_000, listen: nowhere),
                key: key, context: context)
            try network.start()
            let node = NodeDescription(key: key.publicKey, namespace: "FUZZ", wire: "native")
            endpoint = HTTPEndpoint(nowhere, showing: network, of: node, context: context)
            try endpoint.start()
            glass = try Glass(key)
            known = key.publicKey
            transaction = Array(Hex.text(glass.signed.encoded).utf8)
            forged =
                transaction.dropLast(2)
                + (transaction.suffix(2) == [0x30, 0x30] ? [0x30, 0x31] : [0x30, 0x30])
            service = HTTPService(nowhere, bodyBytesMax: ChainRequest.bodyBytesMax, context: context) {
                [glass] request in await glass.answer(request)
            }
            try service.start()
        } catch {
            throw Finding("nothing can be served: \(error)")
        }
        try waitUntilShown()
    }

    private func waitUntilShown() throws(Finding) {
        let request = Array("GET /peers HTTP/1.1\r\nHost: here\r\n\r\n".utf8)
        // Asking is the pause between two questions.
        for _ in 0..<20_000 {
            let answer = try ask(request, at: .endpoint, .long) ?? []
            if try Reply(answer, mayLackBody: false).status == 200 { return }
        }
        throw Finding("the endpoint never shows the node")
    }

    /// Everything that is answered to `request` until the server closes; nil if it did so before it had read
    /// all of it, so that the answer may be lost, or if nothing came in a short time.
    func ask(_ request: [UInt8], at door: Door, _ patience: Client.Patience) throws(Finding) -> [UInt8]? {
        let address = door == .endpoint ? endpoint.address : service.address
        guard let port = address?.port else { throw Finding("nobody listens at the \(door)") }
        let client = try Client(port: port, patience)
        client.send(request)
        return try client.rest()
    }
}

/// A chain without a block, which takes every transaction and keeps none.
final class Glass: ChainView {
    let signed: SignedTransaction
    private let genesis: Ledger
    private let count = Lock(0)

    var taken: Int { count.withLock { $0 } }

    init(_ key: SigningKey) throws {
        guard let digest = ChainDigest([UInt8](repeating: 7, count: 32)) else {
            throw Finding("32 bytes are a digest")
        }
        let chain = ChainIdentity(digest, network: try Namespace("CONCLAVE_fuzz"))
        let contact = Contact(
            networkKey: key.publicKey, address: .socket(SocketAddress(.loopback, port: 4_000)))
        genesis = Ledger(
            try ChainGenesis(
                terms: ChainTerms(identity: chain, epochLength: 10),
                accounts: [
                    .init(key: key.publicKey, account: Account(balance: 1_000, stake: 100, contact: contact))
                ]))
        signed = SignedTransaction(
            Transaction(
                chain: digest, sender: key.publicKey, nonce: 0, .transfer(to: key.publicKey, amount: 1)),
            by: key, on: chain)
    }

    /// As a validator's server does.
    func answer(_ request: HTTPRequest) async -> HTTPReply {
        let method: ChainRequest.Method
        switch request.method {
        case "GET", "HEAD": method = .get
        case "POST": method = .post
        case _: return HTTPReply(405, #"{"error":"method","message":"there are GET, HEAD and POST"}"#)
        }
        let answer = await ChainEndpoint.answer(
            ChainRequest(method, request.path, body: request.body), from: self)
        return HTTPReply(answer.status, answer.body)
    }

    func ledger() async -> Ledger { genesis }

    func submit(_ transaction: VerifiedTransaction) async -> MempoolRefusal? {
        count.withLock { $0 += 1 }
        return nil
    }

    func waiting(_ hash: ChainDigest) async -> VerifiedTransaction? { nil }
    func nextNonce(of key: PublicKey, behind nonce: UInt64) async -> UInt64 { nonce }
    func header(at height: UInt64) async throws(ChainStoreFault) -> StoredHeader? { nil }
    func body(at height: UInt64) async throws(ChainStoreFault) -> [UInt8]? { nil }
    func place(of hash: ChainDigest) async throws(ChainStoreFault) -> TransactionPlace? { nil }
}
