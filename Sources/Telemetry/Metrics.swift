import ConclavePrimitives

/// The figures of a node: made once by whoever counts, read together as Prometheus text.
///
/// A name is `conclave_<noun>_<unit>` in small letters; that of a counter ends in `_total`. Whoever asks for
/// a name again gets the same counter, so that a part of the node can start again. All of them are listed in
/// `Docs/Metrics.md`.
public final class Metrics: Sendable {
    /// One line: the value of the label, empty without one, and the figure.
    public typealias Sample = (label: String, value: Int)

    private let families = Lock(SortedArray<String, MetricFamily>())

    public init() {}

    // MARK: Making

    /// A counter without label.
    public func counter(_ name: String, _ help: String) -> Counter {
        instrument(name, .counter, help, make: Counter.init) { counter in
            .samples { [MetricSample([], .count(counter.value))] }
        }
    }

    /// Counters split by `label`.
    public func counters<Label: MetricLabel>(
        _ name: String, _ help: String, by label: Label.Type
    ) -> Counters<Label> {
        instrument(name, .counter, help, keys: [Label.key], make: Counters<Label>.init) { counters in
            .samples { Label.allCases.map { MetricSample([$0.rawValue], .count(counters.value($0))) } }
        }
    }

    /// A gauge without label.
    public func gauge(_ name: String, _ help: String) -> Gauge {
        instrument(name, .gauge, help, make: Gauge.init) { gauge in
            .samples { [MetricSample([], .count(gauge.value))] }
        }
    }

    /// A histogram of durations without label.
    ///
    /// - Parameter bounds: the upper bounds of its buckets, ascending.
    public func histogram(_ name: String, _ help: String, bounds: [Duration]) -> Histogram {
        instrument(name, .histogram, help, make: { Histogram(bounds) }) { histogram in
            .distribution { histogram.distribution }
        }
    }

    /// A histogram that someone else keeps, asked for when it is read; nil writes no line yet. Asking again
    /// under one name replaces the source.
    public func histogram(
        _ name: String, _ help: String, _ distribution: @escaping @Sendable () -> MetricDistribution?
    ) {
        check(name, .histogram)
        let family = MetricFamily(
            kind: .histogram, help: help, keys: [], instrument: nil, contents: .distribution(distribution))
        families.withLock { $0[name] = family }
    }

    /// Figures that someone else keeps, split by the label `key`, asked for when they are read. The values of
    /// the label come from the code, never from a peer. Asking again under one name replaces the source.
    public func counters(
        _ name: String, _ help: String, by key: String, _ samples: @escaping @Sendable () -> [Sample]
    ) {
        figures(.counter, name, help, by: [key]) {
            samples().map { MetricSample([$0.label], .count($0.value)) }
        }
    }

    /// Like ``counters(_:_:by:_:)-(_,_,String,_)`` for figures that go up and down.
    public func gauges(
        _ name: String, _ help: String, by key: String, _ samples: @escaping @Sendable () -> [Sample]
    ) {
        figures(.gauge, name, help, by: [key]) {
            samples().map { MetricSample([$0.label], .count($0.value)) }
        }
    }

    /// Figures that someone else keeps, split by any number of labels, asked for when they are read. The
    /// values of the labels come from the code or from the engine, never from a peer. Asking again under one
    /// name replaces the source.
    ///
    /// - Parameter kind: a counter or a gauge.
    public func figures(
        _ kind: MetricKind, _ name: String, _ help: String, by keys: [String] = [],
        _ samples: @escaping @Sendable () -> [MetricSample]
    ) {
        check(name, kind)
        let family = MetricFamily(
            kind: kind, help: help, keys: keys, instrument: nil, contents: .samples(samples))
        families.withLock { $0[name] = family }
    }

    // MARK: Reading

    /// Everything in Prometheus' text format 0.0.4, by name.
    public func text() -> String {
        // Asked outside the lock: a source may take locks of its own.
        let families = families.withLock { $0 }
        return families.reduce("") { text, family in
            text + family.value.text(named: family.key)
        }
    }

    /// What there is, by name: what kind it is, what it says, and the names of its labels.
    public var catalogue: [(name: String, kind: MetricKind, help: String, keys: [String])] {
        families.withLock { $0.map { ($0.key, $0.value.kind, $0.value.help, $0.value.keys) } }
    }

    // MARK: Keeping

    private func instrument<Instrument: Sendable>(
        _ name: String, _ kind: MetricKind, _ help: String, keys: [String] = [],
        make: @Sendable () -> Instrument, contents: (Instrument) -> MetricFamily.Contents
    ) -> Instrument {
        check(name, kind)
        return families.withLock { families in
            // Looked up and added with one lock, or two who ask at once count apart.
            if let known = families[name]?.instrument as? Instrument { return known }
            let made = make()
            families[name] = MetricFamily(
                kind: kind, help: help, keys: keys, instrument: made, contents: contents(made))
            return made
        }
    }

    private func check(_ name: String, _ kind: MetricKind) {
        precondition(Self.isValid(name, kind), "\(name) is no name of a \(kind.rawValue)")
    }

    private static func isValid(_ name: String, _ kind: MetricKind) -> Bool {
        name.hasPrefix("conclave_") && name.hasSuffix("_total") == (kind == .counter)
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_")
            }
    }
}
