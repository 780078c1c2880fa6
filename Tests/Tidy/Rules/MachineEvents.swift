struct MachineEvents: Rule {
    /// Machines whose test is a table, with that test.
    let tables = [
        "Sources/Peers/Core/Reservations/Reservations.swift": "Tests/Peers/Core/ReservationsTests.swift"
    ]
    let name = "every event of a machine stands in the table that tests it"
    let reason = "A table of states and events that leaves one out shows nothing."

    var bad: [Checkout] { [sample(events: "package mutating func dialed() {}", table: "released")] }
    var good: [Checkout] {
        [
            sample(events: "package mutating func dialed() {}", table: "machine.dialed()"),
            sample(events: "private mutating func hold() {}", table: "released"),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        var violations: [Violation] = []
        for (machine, table) in tables.sorted(by: { $0.key < $1.key }) {
            guard let machine = checkout.file(machine), let table = checkout.file(table) else { continue }
            for index in machine.occurrences(of: ["package", "mutating", "func"]) {
                let event = machine.tokens[index + 3].text
                guard table.occurrences(of: [".", event, "("]).isEmpty else { continue }
                violations.append(Violation(table.path, "has no \(event)"))
            }
        }
        return violations
    }

    private func sample(events: String, table: String) -> Checkout {
        Checkout([
            "Sources/Peers/Core/Reservations/Reservations.swift": events,
            "Tests/Peers/Core/ReservationsTests.swift": table,
        ])
    }
}
