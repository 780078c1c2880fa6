import ConclaveChain
import ConclaveCryptography
import ConclavePrimitives

/// A view of a chain in memory.
final class Window: ChainView {
    struct Content: Sendable {
        var ledger: Ledger
        var mempool = Mempool()
        var blocks: [ExecutedBlock] = []
        var isBroken = false
    }

    let content: Lock<Content>

    init(_ genesis: ChainGenesis = Town.genesis()) { content = Lock(Content(ledger: Ledger(genesis))) }

    /// Makes a block of what waits.
    func makeBlock() {
        content.withLock { content in
            let block = ExecutedBlock(building: content.ledger, from: content.mempool)
            content.mempool.included(block)
            content.blocks.append(block)
            content.ledger = block.ledger
        }
    }

    private func block(at height: UInt64) throws(ChainStoreFault) -> ExecutedBlock? {
        let (blocks, isBroken) = content.withLock { ($0.blocks, $0.isBroken) }
        guard !isBroken else { throw .corrupt(.header) }
        return height > 0 && height <= UInt64(blocks.count) ? blocks[Int(height) - 1] : nil
    }

    func ledger() async -> Ledger { content.withLock { $0.ledger } }

    func submit(_ transaction: VerifiedTransaction) async -> MempoolRefusal? {
        content.withLock { content in
            do throws(MempoolRefusal) {
                try content.mempool.add(transaction, on: content.ledger)
                return nil
            } catch {
                return error
            }
        }
    }

    func waiting(_ hash: ChainDigest) async -> VerifiedTransaction? { content.withLock { $0.mempool[hash] } }

    func nextNonce(of key: PublicKey, behind nonce: UInt64) async -> UInt64 {
        content.withLock { $0.mempool.nextNonce(of: key, behind: nonce) }
    }

    func header(at height: UInt64) async throws(ChainStoreFault) -> StoredHeader? {
        try block(at: height).flatMap { _ in StoredHeader(header: [1, UInt8(height)], certificate: [2]) }
    }

    func body(at height: UInt64) async throws(ChainStoreFault) -> [UInt8]? {
        height == 2 ? nil : try block(at: height)?.body.bytes
    }

    func place(of hash: ChainDigest) async throws(ChainStoreFault) -> TransactionPlace? {
        let blocks = content.withLock { $0.blocks }
        for block in blocks {
            guard let index = block.receipts.firstIndex(where: { $0.hash == hash }) else { continue }
            return TransactionPlace(height: block.height, index: UInt32(index))
        }
        return nil
    }
}
