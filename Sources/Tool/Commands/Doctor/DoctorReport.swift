import ConclaveArguments
import ConclaveLocalnet
import ConclavePrimitives

/// What the doctor found, for people and for programs.
struct DoctorReport: Sendable {
    /// One validator that was tried.
    struct Patient: Sendable {
        let index: Int
        let probe: ProbeOutcome
        let findings: [Finding]
    }

    let genesis: Genesis
    /// Our own place; nil if the genesis does not hold our key.
    let own: Int?
    let key: String
    /// What is true of this node itself.
    let ourselves: [Finding]
    let patients: [Patient]

    var problems: Int {
        (ourselves + patients.flatMap(\.findings)).count { $0.weight == .problem }
    }

    var reached: Int {
        patients.count { if case .answered = $0.probe { true } else { false } }
    }

    /// For people.
    var lines: [String] {
        let place = own.map { "validator \($0)" } ?? "none of them"
        let head =
            "network \(genesis.network), \(genesis.validators.count) validators; "
            + "we are \(place), key \(key.prefix(8))…"
        let end =
            "\(reached) of \(patients.count) validators reached, "
            + (problems == 1 ? "1 problem" : "\(problems) problems")
        return [head] + ourselves.flatMap { lines($0, behind: "this node") }
            + patients.flatMap { patient in
                patient.findings.flatMap { lines($0, behind: name(patient.index)) }
            } + [end]
    }

    private func name(_ index: Int) -> String {
        let validator = genesis.validators[index]
        return "validator \(index), \("\(validator.publicKey)".prefix(8))… at \(validator.address)"
    }

    private func lines(_ finding: Finding, behind name: String) -> [String] {
        let mark =
            switch finding.weight {
            case .good: "ok   "
            case .note: "note "
            case .problem: "BAD  "
            }
        return [mark + name + ": " + finding.message] + (finding.advice.map { ["     → " + $0] } ?? [])
    }

    /// For programs, the last one the summary.
    var json: [JSONLine] {
        ourselves.map { line($0, of: own, clock: nil) }
            + patients.flatMap { patient in
                patient.findings.map { line($0, of: patient.index, clock: patient.probe) }
            } + [
                [
                    "validators": .integer(genesis.validators.count), "reached": .integer(reached),
                    "problems": .integer(problems),
                ]
            ]
    }

    private func line(_ finding: Finding, of index: Int?, clock probe: ProbeOutcome?) -> JSONLine {
        var ahead = JSONValue.null
        var roundTrip = JSONValue.null
        if case .answered(_, let clock, let time)? = probe {
            ahead = .number(clock.inSeconds, decimals: 3)
            roundTrip = .integer(Int(time.inSeconds * 1e6))
        }
        return [
            "event": "found", "validator": index.map { .integer($0) } ?? .null,
            "address": index.map { .string("\(genesis.validators[$0].address)") } ?? .null,
            "result": .string(finding.subject.rawValue), "weight": .string(finding.weight.rawValue),
            "message": .string(finding.message), "advice": finding.advice.map { .string($0) } ?? .null,
            "clockAheadSeconds": ahead, "roundTripMicroseconds": roundTrip,
        ]
    }
}
