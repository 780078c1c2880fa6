import ConclaveCryptography
import ConclavePrimitives

/// Who has bonded something, the largest stake first; of equal ones the smaller key. It follows from the
/// accounts and is kept beside them, so that a roster is found without looking at all of them.
///
/// Its size is bounded by the least stake: supply divided by it.
struct StakeRanking: Sendable {
    private struct Rank: Comparable, Sendable {
        let stake: UInt64
        let key: PublicKey

        static func < (left: Rank, right: Rank) -> Bool {
            left.stake == right.stake ? left.key < right.key : left.stake > right.stake
        }
    }

    private var ranks = SortedArray<Rank, Contact>()

    var count: Int { ranks.count }

    /// Takes notice that an account changed from `old` to `new`.
    mutating func changed(_ key: PublicKey, from old: Account?, to new: Account) {
        guard old?.stake != new.stake || old?.contact != new.contact else { return }
        if let old, old.stake > 0 { ranks[Rank(stake: old.stake, key: key)] = nil }
        if new.stake > 0, let contact = new.contact { ranks[Rank(stake: new.stake, key: key)] = contact }
    }

    /// Who has the seats of `epoch`, at most `seatsMax`.
    func roster(of epoch: UInt64, seatsMax: Int) -> Roster {
        let seats = ranks.prefix(seatsMax).map { rank, contact in
            Roster.Seat(contact: contact, weight: rank.stake, account: rank.key)
        }
        return Roster(epoch: epoch, seats: seats)
    }
}
