@testable import ConclaveChain

extension Ledger {
    /// The same state, made of its accounts as a store has them.
    static func rebuilt(_ ledger: Ledger) -> Ledger {
        Ledger(
            terms: ledger.terms, height: ledger.height, roster: ledger.roster,
            nextRoster: ledger.nextRoster, entries: ledger.accounts.entries(limit: .max))
    }
}
