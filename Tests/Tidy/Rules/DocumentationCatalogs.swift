struct DocumentationCatalogs: Rule {
    let name = "every library target has a page"
    let reason =
        "The page says what the module promises, what it does not, and which attack each limit answers."

    /// The page of the umbrella product: the last one to be written. From then on every other must be there.
    private let umbrella = "Sources/Conclave/Conclave.docc/Conclave.md"

    var bad: [Checkout] { [sample(paths: [umbrella, "Sources/Peers/Core/Empty.docc/Empty.md"])] }
    var good: [Checkout] {
        [
            sample(paths: [umbrella, "Sources/Peers/Core/ConclavePeersCore.docc/ConclavePeersCore.md"]),
            sample(paths: ["Sources/Peers/Core/Empty.docc/Empty.md"]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        guard checkout.holds(umbrella) else { return [] }
        return Manifest.libraries(in: checkout)
            .map { "Sources/\($0.folder)/\($0.target).docc/\($0.target).md" }
            .filter { !checkout.holds($0) }.map { Violation($0, "missing") }
    }

    private func sample(paths: [String]) -> Checkout {
        let manifest =
            "targets: [\n  library(\n \"ConclavePeersCore\", \"Peers/Core\", []), tests(\"A\", \"B\", [])]"
        return Checkout(
            Dictionary(uniqueKeysWithValues: paths.map { ($0, "") } + [("Package.swift", manifest)]))
    }
}
