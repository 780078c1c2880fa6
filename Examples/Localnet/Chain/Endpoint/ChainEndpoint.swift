import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography

/// Answers what is asked of the chain over HTTP.
///
/// It has a port of its own, on a loopback address. The endpoint that shows the peers is read only, and is
/// answered from a snapshot by a thread that never waits for the node; here a stranger hands in bytes that
/// cost a verification and may change what the next block is, and reads wait for the disk. Who may see the
/// one need not reach the other, and neither can use up the connections of the other.
public enum ChainEndpoint {
    /// The answer to `request`.
    public static func answer(_ request: ChainRequest, from view: some ChainView) async -> ChainAnswer {
        do throws(ChainAnswer) {
            let route = try ChainRoute(request)
            do throws(ChainStoreFault) {
                return try await answer(route, request.body, view)
            } catch {
                return .notReadable
            }
        } catch {
            return error
        }
    }

    private static func answer(
        _ route: ChainRoute, _ body: [UInt8], _ view: some ChainView
    ) async throws(ChainStoreFault) -> ChainAnswer {
        switch route {
        case .submit: return await submit(body, to: view)
        case .account(let key): return await account(key, in: view)
        case .validators: return ChainAnswer(200, ChainPages.validators(await view.ledger()))
        case .block(.latest): return try await block(await view.ledger().height, in: view)
        case .block(.height(let height)): return try await block(height, in: view)
        case .transaction(let hash): return try await transaction(hash, in: view)
        }
    }

    private static func submit(_ body: [UInt8], to view: some ChainView) async -> ChainAnswer {
        guard body.count <= ChainRequest.bodyBytesMax,
            let bytes = Hex.bytes(String(decoding: body.trimmed, as: UTF8.self)),
            let signed = try? SignedTransaction(decoding: bytes)
        else { return .malformed("the body is a signed transaction in hexadecimal digits and nothing else") }
        let chain = await view.ledger().terms.identity
        let transaction: VerifiedTransaction
        do throws(Refusal) {
            transaction = try VerifiedTransaction(signed, on: chain)
        } catch {
            return .refused(.refused(error))
        }
        if let refusal = await view.submit(transaction) { return .refused(refusal) }
        return ChainAnswer(202, ["hash": .string("\(transaction.hash)"), "state": "waiting"])
    }

    private static func account(_ key: PublicKey, in view: some ChainView) async -> ChainAnswer {
        let ledger = await view.ledger()
        guard let account = ledger.account(key) else { return .unknown("nobody ever sent anything to it") }
        let next = await view.nextNonce(of: key, behind: account.nonce)
        return ChainAnswer(200, ChainPages.account(key, account, nextNonce: next, height: ledger.height))
    }

    private static func block(
        _ height: UInt64, in view: some ChainView
    ) async throws(ChainStoreFault) -> ChainAnswer {
        guard let header = try await view.header(at: height) else {
            return .unknown(height == 0 ? "height 0 is the genesis file" : "it is not final")
        }
        let body = try await view.body(at: height)
        let terms = await view.ledger().terms
        let certified = try await descendants(of: header, at: height, in: view)
        return ChainAnswer(200, ChainPages.block(height, header, certified, body: body, terms))
    }

    /// Blocks above one that are looked at for a certificate: leaders must fail in a row for one block to
    /// need more.
    private static let descendantsMax: UInt64 = 64

    /// What leads from a block that was finalized directly down to the one above `header`, and its
    /// certificate; empty while there is none.
    private static func descendants(
        of header: StoredHeader, at height: UInt64, in view: some ChainView
    ) async throws(ChainStoreFault) -> (headers: [StoredHeader], certificate: [UInt8]) {
        guard header.certificate.isEmpty else { return ([], header.certificate) }
        var headers: [StoredHeader] = []
        for above in 1...descendantsMax {
            guard let next = try await view.header(at: height + above) else { break }
            headers.insert(next, at: 0)
            if !next.certificate.isEmpty { return (headers, next.certificate) }
        }
        return ([], [])
    }

    private static func transaction(
        _ hash: ChainDigest, in view: some ChainView
    ) async throws(ChainStoreFault) -> ChainAnswer {
        if let waiting = await view.waiting(hash) {
            return ChainAnswer(200, ChainPages.transaction(waiting.signed, hash, place: nil))
        }
        let terms = await view.ledger().terms
        guard let place = try await view.place(of: hash), let bytes = try await view.body(at: place.height),
            let body = try? Body(decoding: bytes, within: terms),
            body.transactions.indices.contains(Int(place.index))
        else { return .unknown("no transaction of this hash waits or is in a block whose body is kept") }
        return ChainAnswer(
            200, ChainPages.transaction(body.transactions[Int(place.index)], hash, place: place))
    }
}

extension [UInt8] {
    /// Without the ends of lines behind it.
    fileprivate var trimmed: ArraySlice<UInt8> {
        var rest = self[...]
        while let last = rest.last, last == 0x0A || last == 0x0D { rest.removeLast() }
        return rest
    }
}
