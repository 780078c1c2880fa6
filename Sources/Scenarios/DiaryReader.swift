import Conclave

/// Knows from outside what validators wrote into their diaries and what they were told is kept, and finds
/// what must not be when they look again: a page missing that was kept, one that nobody wrote, one by half
/// that is not the last.
package final class DiaryReader: Sendable {
    private struct Mark {
        /// The last page that was begun, and the last that was said to be kept.
        var begun: UInt64 = 0, kept: UInt64 = 0
    }

    private struct State {
        var marks: [Mark]
        var violation: String?
    }

    private let state: Lock<State>

    package init(validators: Int) {
        state = Lock(State(marks: .init(repeating: Mark(), count: validators)))
    }

    package func begins(_ page: UInt64, by validator: Int) {
        state.withLock { $0.marks[validator].begun = page }
    }

    package func kept(_ page: UInt64, by validator: Int) {
        state.withLock { $0.marks[validator].kept = page }
    }

    /// What a validator reads when it opens its diary, in ascending order.
    package func found(pages: [UInt64], seals: [UInt64], of validator: Int) {
        state.withLock { state in
            let mark = state.marks[validator], count = UInt64(seals.count)
            let problem: String? =
                if count < mark.kept {
                    "page \(mark.kept) was kept and the last is \(count)"
                } else if count > mark.begun {
                    "page \(count) was never written"
                } else if seals != Array(1..<(count + 1)) {
                    "its seals are \(seals)"
                } else if pages != seals, pages != seals + [count + 1] {
                    "its pages are \(pages) and its seals \(seals)"
                } else {
                    nil
                }
            if let problem, state.violation == nil {
                state.violation = "validator-\(validator)'s diary: \(problem)"
            }
            // What is read now is on the disk, whether it was said to be kept or not.
            state.marks[validator] = Mark(begun: count, kept: count)
        }
    }

    /// The first thing that must not be.
    package var violation: String? { state.withLock { $0.violation } }
}
