import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography

/// What the chain's pages say. Amounts are below 2^52, which every reader of JSON takes without loss; other
/// numbers are cut off at 2^63.
enum ChainPages {
    static func account(
        _ key: PublicKey, _ account: Account, nextNonce: UInt64, height: UInt64
    ) -> JSONLine {
        let unbonding = account.unbonding.map { entry in
            ["amount": number(entry.amount), "epoch": number(entry.epoch)] as JSONLine
        }
        return [
            "key": .string("\(key)"), "height": number(height), "balance": number(account.balance),
            "stake": number(account.stake), "nonce": number(account.nonce), "nextNonce": number(nextNonce),
            "networkKey": account.contact.map { .string("\($0.networkKey)") } ?? .null,
            "address": account.contact.map { .string("\($0.address)") } ?? .null,
            "unbonding": .array(unbonding.map { .object($0) }),
        ]
    }

    static func validators(_ ledger: Ledger) -> JSONLine {
        let schedule = ledger.terms.schedule, epoch = ledger.epoch
        let roster = ledger.roster(of: epoch) ?? ledger.roster
        let next = ledger.nextRoster.flatMap { $0.epoch > epoch ? $0 : nil }
        return [
            "chain": .string("\(ledger.terms.identity.digest)"), "height": number(ledger.height),
            "stateRoot": .string("\(ledger.stateRoot)"), "supply": number(ledger.supply),
            "epoch": number(epoch), "firstHeight": number(schedule.first(of: epoch)),
            "announcementHeight": number(schedule.announcement(in: epoch)),
            "lastHeight": number(schedule.last(of: epoch)), "validators": seats(roster),
            "nextValidators": next.map { seats($0) } ?? .null,
        ]
    }

    static func block(
        _ height: UInt64, _ stored: StoredHeader,
        _ certified: (headers: [StoredHeader], certificate: [UInt8]), body: [UInt8]?, _ terms: ChainTerms
    ) -> JSONLine {
        let transactions = body.flatMap { try? Body(decoding: $0, within: terms) }?.transactions
        let hashes = transactions.map { $0.map { JSONValue.string("\($0.hash)") } }
        return [
            "height": number(height), "epoch": number(terms.schedule.epoch(of: height)),
            "header": .string(Hex.text(stored.header)),
            "certificate": .string(Hex.text(certified.certificate)),
            "descendants": .array(certified.headers.map { .string(Hex.text($0.header)) }),
            "nextSet": stored.nextSet.isEmpty ? .null : .string(Hex.text(stored.nextSet)),
            "bodyBytes": body.map { .integer($0.count) } ?? .null,
            "transactions": hashes.map { .array($0) } ?? .null,
        ]
    }

    static func transaction(
        _ signed: SignedTransaction, _ hash: ChainDigest, place: TransactionPlace?
    ) -> JSONLine {
        let transaction = signed.transaction
        var line: JSONLine = [
            "hash": .string("\(hash)"), "state": place == nil ? "waiting" : "final",
            "height": place.map { number($0.height) } ?? .null,
            "index": place.map { .integer(Int($0.index)) } ?? .null,
            "sender": .string("\(transaction.sender)"), "nonce": number(transaction.nonce),
        ]
        switch transaction.operation {
        case .transfer(let recipient, let amount):
            line.append("operation", "transfer")
            line.append("amount", number(amount))
            line.append("to", .string("\(recipient)"))
        case .bond(let amount, let contact):
            line.append("operation", "bond")
            line.append("amount", number(amount))
            if let contact { append(contact.contact, to: &line) }
        case .unbond(let amount):
            line.append("operation", "unbond")
            line.append("amount", number(amount))
        case .rotate(let contact):
            line.append("operation", "rotate")
            append(contact.contact, to: &line)
        }
        return line
    }

    private static func seats(_ roster: Roster) -> JSONValue {
        .array(
            roster.seats.map { seat in
                [
                    "networkKey": .string("\(seat.contact.networkKey)"),
                    "address": .string("\(seat.contact.address)"), "weight": number(seat.weight),
                    "account": .string("\(seat.account)"),
                ] as JSONLine
            }.map { .object($0) })
    }

    private static func append(_ contact: Contact, to line: inout JSONLine) {
        line.append("networkKey", .string("\(contact.networkKey)"))
        line.append("address", .string("\(contact.address)"))
    }

    private static func number(_ value: UInt64) -> JSONValue { .integer(Int(clamping: value)) }
}
