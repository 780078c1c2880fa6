package import Conclave
package import ConclaveSimulation

/// One telling of a story: of which seed, and what is kept of it.
package struct Telling {
    let seed: UInt64
    let log: Log
    /// Events that are kept for the report or the trace.
    let keep: Int
    /// Asked now and then; once it says so the story breaks off.
    let isCalledOff: () -> Bool

    package init(
        seed: UInt64, log: Log = .silent, keep: Int = keptAnyway,
        isCalledOff: @escaping () -> Bool = { false }
    ) {
        self.seed = seed
        self.log = log
        self.keep = keep
        self.isCalledOff = isCalledOff
    }

    /// What is kept where nobody wants to read a history.
    package static let keptAnyway = 256

    var isHistoryWanted: Bool { keep > Self.keptAnyway }

    /// Lets a story happen in a simulation, and says how it came out.
    func verdict<Place: StoryPlace>(
        of name: String, on place: () throws -> Place, play: (Place) throws -> Void
    ) -> Verdict {
        do {
            let place = try place(), simulation = place.simulation
            let failure = failure(of: play, on: place)
            // Where the whole history is kept, its end is no news.
            let report = failure.map { _ in simulation.report(events: isHistoryWanted ? 0 : 40) }
            let verdict = Verdict(
                scenario: name, seed: seed, digest: simulation.journal.digest, virtualTime: simulation.now,
                steps: simulation.steps, failure: failure, report: report,
                history: isHistoryWanted ? simulation.history(.happenings) : [])
            simulation.end()
            return verdict
        } catch {
            return Verdict(
                scenario: name, seed: seed, digest: 0, virtualTime: .zero, steps: 0, failure: "\(error)",
                report: nil, history: [])
        }
    }

    private func failure<Place>(of play: (Place) throws -> Void, on place: Place) -> String? {
        do {
            try play(place)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

/// Where a story happens: a simulation with those who live in it.
package protocol StoryPlace {
    var simulation: Simulation { get }
}

extension Stage: StoryPlace {}
