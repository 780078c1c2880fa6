import ConclaveArguments
import ConclaveCodec

/// What the pages of a validator's chain say, read back. What is passed on to programs is the page as it was
/// read.
package enum ChainSight {
    /// Why something was not done.
    struct Refused: Decodable, Sendable {
        var error, message: String
    }

    /// A transaction that waits for a block.
    struct Sent: Decodable, Sendable {
        var hash: String
    }

    package struct Account: Decodable, Sendable {
        struct Unbonding: Decodable, Sendable {
            var amount, epoch: UInt64
        }

        var key: String
        var balance, stake, nonce, nextNonce: UInt64
        var networkKey, address: String?
        var unbonding: [Unbonding]
    }

    package struct Validators: Decodable, Sendable {
        struct Seat: Decodable, Hashable, Sendable {
            var networkKey, address, account: String
            var weight: UInt64
        }

        var chain: String
        var height, epoch, supply, firstHeight, lastHeight, announcementHeight: UInt64
        var validators: [Seat]
        var nextValidators: [Seat]?

        /// In blocks; 0 if what was answered names no epoch.
        var epochLength: UInt64 {
            firstHeight > 0 && lastHeight >= firstHeight ? lastHeight - firstHeight + 1 : 0
        }
    }

    package struct Block: Decodable, Sendable {
        var height, epoch: UInt64
        var header, certificate: String
        var descendants: [String]?
        var nextSet: String?
        var bodyBytes: Int?
        var transactions: [String]?

        /// The last heights of the epochs before that of this block. Lazy, because the height is what a node
        /// says.
        package func handOvers(epochLength: UInt64) -> some Sequence<UInt64> {
            let epochs = epochLength > 0 ? (max(height, 1) - 1) / epochLength : 0
            return (0..<epochs).lazy.map { ($0 + 1) * epochLength }
        }
    }

    package struct Transaction: Decodable, Sendable {
        var hash, state, sender, operation: String
        var height, amount: UInt64?
        var index: Int?
        var nonce: UInt64
        var to, networkKey, address: String?
    }
}

// For people, a fact a line.
extension ChainSight.Account {
    package var lines: [String] {
        var rows = [("key", key), ("balance", "\(balance)"), ("stake", "\(stake)"), ("nonce", "\(nonce)")]
        if nextNonce > nonce { rows.append(("waiting", "\(nextNonce - nonce) transactions")) }
        if let networkKey { rows.append(("network", networkKey + (address.map { " at " + $0 } ?? ""))) }
        rows += unbonding.map { ("unbonding", "\($0.amount), free from epoch \($0.epoch) on") }
        return ChainSight.table(rows)
    }
}

extension ChainSight.Validators {
    /// Both sets in one table, each validator once.
    package var lines: [String] {
        var table = TextTable([
            ("network key", .left), ("address", .left), ("weight", .right), ("next", .right),
            ("account", .left),
        ])
        let next = nextValidators ?? []
        let joining = next.filter { seat in !validators.contains { $0.networkKey == seat.networkKey } }
        for seat in validators + joining {
            let isSeated = validators.contains { $0.networkKey == seat.networkKey }
            let after = next.first { $0.networkKey == seat.networkKey }.map { "\($0.weight)" }
            table.append([
                seat.networkKey.prefix(8) + "…", seat.address, isSeated ? "\(seat.weight)" : "-",
                nextValidators == nil ? "?" : after ?? "-", seat.account.prefix(8) + "…",
            ])
        }
        return [headline] + table.lines
    }

    private var headline: String {
        let coming =
            nextValidators == nil
            ? "the next set is announced at \(announcementHeight)" : "the next set is announced"
        return "height \(height), epoch \(epoch) of \(firstHeight) to \(lastHeight); \(coming)"
    }
}

extension ChainSight.Block {
    package var lines: [String] {
        var rows = [("height", "\(height)"), ("epoch", "\(epoch)")]
        rows.append(("body", bodyBytes.map { "\($0) bytes" } ?? "no longer kept"))
        rows += (transactions ?? []).map { ("tx", $0) }
        return ChainSight.table(rows)
    }
}

extension ChainSight.Transaction {
    package var lines: [String] {
        var rows = [("hash", hash)]
        rows.append(("state", height.map { "final in block \($0)" } ?? "waiting for a block"))
        rows += [("sender", sender), ("nonce", "\(nonce)"), ("does", operation)]
        if let amount { rows.append(("amount", "\(amount)")) }
        if let to { rows.append(("to", to)) }
        if let networkKey { rows.append(("network", networkKey + (address.map { " at " + $0 } ?? ""))) }
        return ChainSight.table(rows)
    }
}

extension ChainSight {
    fileprivate static func table(_ rows: [(String, String)]) -> [String] {
        rows.map { name, value in TextTable.left(name, 11) + printable(value) }
    }
}
