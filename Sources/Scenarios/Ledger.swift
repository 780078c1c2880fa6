package import Conclave

/// Watches from outside what validators say and hear, and finds what must not be.
package final class Ledger: Sendable {
    /// The last that one validator heard of another's life with one priority.
    ///
    /// One word, the life in its upper bits: there are as many of these as validators squared, times the
    /// priorities, and every message that is heard looks at one.
    fileprivate struct Last: Comparable, CustomStringConvertible {
        private static let sequenceBits: UInt64 = 48

        private var word: UInt64 = 0

        /// Nothing was heard.
        init() {}

        /// Nil if it does not fit: no story has so many lives or messages.
        init?(life: Int, sequence: UInt64) {
            guard let life = UInt16(exactly: life), sequence >> Self.sequenceBits == 0 else { return nil }
            word = UInt64(life) << Self.sequenceBits | sequence
        }

        static func < (left: Last, right: Last) -> Bool { left.word < right.word }

        var description: String {
            "message \(word & (1 << Self.sequenceBits - 1)) of life \(word >> Self.sequenceBits)"
        }
    }

    /// What one life of one validator said and heard.
    struct Count {
        /// Messages accepted for peers: a broadcast counts once for each.
        var accepted: UInt64 = 0
        /// Messages that were refused for peers, the same.
        var refused: UInt64 = 0
        var heard: UInt64 = 0
    }

    fileprivate struct State {
        var lasts: [Last]
        var counts: [[Count]]
        /// Whom each validator may hear: a row for each hearer.
        var authorised: [Bool]
        var keys: [PeerID]
        /// Who may say anything.
        var liars: [Bool]
        var violation: String?
    }

    private let validators: Int
    private let state: Lock<State>
    /// Priorities there can be.
    private static let priorities = Int(UInt8(Priority.bulk.rawValue)) + 1

    package init(keys: [PeerID]) {
        validators = keys.count
        state = Lock(
            State(
                lasts: .init(repeating: Last(), count: keys.count * keys.count * Self.priorities),
                counts: .init(repeating: [], count: keys.count),
                authorised: .init(repeating: false, count: keys.count * keys.count), keys: keys,
                liars: .init(repeating: false, count: keys.count)))
    }

    // MARK: What validators do

    package func spoke(_ speaker: Int, life: Int, acceptedBy count: Int, refusedBy refusals: Int = 0) {
        state.withLock { state in
            state.count(of: speaker, life) { books in
                books.accepted += UInt64(count)
                books.refused += UInt64(refusals)
            }
        }
    }

    /// - Parameter heartbeat: nil if the message was none.
    package func heard(by hearer: Int, life: Int, from peer: PeerID, _ heartbeat: Heartbeat?) {
        state.withLock { state in
            state.count(of: hearer, life) { $0.heard += 1 }
            if let liar = state.speaker(of: peer, heartbeat), state.liars[liar] {
                guard !state.authorised[hearer * validators + liar] else { return }
                return state.violate("validator-\(hearer) heard the liar \(liar), who is not authorised")
            }
            guard let heartbeat, heartbeat.speaker < validators else {
                return state.violate("validator-\(hearer) heard what nobody said")
            }
            guard state.keys[heartbeat.speaker] == peer else {
                return state.violate("validator-\(hearer) heard \(heartbeat.speaker) under another's key")
            }
            guard state.authorised[hearer * validators + heartbeat.speaker] else {
                return state.violate("validator-\(hearer) heard \(heartbeat.speaker), who is not authorised")
            }
            let row = hearer * Self.priorities + Int(heartbeat.priority.rawValue)
            state.note(heartbeat, heardBy: hearer, at: row * validators + heartbeat.speaker)
        }
    }

    /// `hearer` begins again and has heard nothing.
    package func restarted(_ hearer: Int) {
        state.withLock { state in
            let width = validators * Self.priorities
            for place in (hearer * width)..<((hearer + 1) * width) { state.lasts[place] = Last() }
        }
    }

    /// From now on `hearer` may hear these and nobody else.
    package func authorise(_ speakers: [Int], for hearer: Int) {
        state.withLock { state in
            for number in 0..<validators {
                state.authorised[hearer * validators + number] = speakers.contains(number)
            }
        }
    }

    /// From now on `speaker` may say anything, where it is authorised.
    package func distrust(_ speaker: Int) {
        state.withLock { $0.liars[speaker] = true }
    }

    /// From now on `speaker` says again what validators say.
    package func trust(_ speaker: Int) {
        state.withLock { $0.liars[speaker] = false }
    }

    // MARK: What is asked

    /// The first thing that must not be.
    package var violation: String? { state.withLock { $0.violation } }

    func count(of validator: Int, life: Int) -> Count {
        state.withLock { state in
            let counts = state.counts[validator]
            return life < counts.count ? counts[life] : Count()
        }
    }
}

extension Ledger.State {
    /// Whose key `peer` is: nearly always that of whom the message names.
    fileprivate func speaker(of peer: PeerID, _ heartbeat: Heartbeat?) -> Int? {
        if let heartbeat, heartbeat.speaker < keys.count, keys[heartbeat.speaker] == peer {
            return heartbeat.speaker
        }
        return keys.firstIndex(of: peer)
    }

    /// Sees to it that what `hearer` heard last of this speaker and priority came before.
    @inline(__always)
    fileprivate mutating func note(_ heartbeat: Heartbeat, heardBy hearer: Int, at place: Int) {
        guard let this = Ledger.Last(life: heartbeat.life, sequence: heartbeat.sequence) else {
            return violate("validator-\(hearer) heard \(heartbeat), which nobody can have said")
        }
        let last = lasts[place]
        guard last < this else {
            return violate("validator-\(hearer) heard \(heartbeat), after \(last)")
        }
        lasts[place] = this
    }

    fileprivate mutating func violate(_ text: String) {
        violation = violation ?? text
    }

    fileprivate mutating func count(of validator: Int, _ life: Int, _ change: (inout Ledger.Count) -> Void) {
        while counts[validator].count <= life { counts[validator].append(Ledger.Count()) }
        change(&counts[validator][life])
    }
}
