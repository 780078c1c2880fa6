/// What a figure is split by. Its cases are all there is, so that nothing a peer sends can add a line.
public protocol MetricLabel: CaseIterable, Hashable, RawRepresentable<String>, Sendable {
    /// The label's name, such as `reason`; the value is the case's raw value.
    static var key: String { get }
}

/// One counter for each case of a label.
public struct Counters<Label: MetricLabel>: Sendable {
    private let counters: [Label: Counter]

    init() {
        counters = Dictionary(uniqueKeysWithValues: Label.allCases.map { ($0, Counter()) })
    }

    /// Counts under `label`.
    public func add(_ label: Label, _ amount: Int = 1) { counters[label]?.add(amount) }

    public func value(_ label: Label) -> Int { counters[label]?.value ?? 0 }
}
