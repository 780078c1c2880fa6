import ConclavePrimitives

/// The figures of a node: made once by whoever counts, read together as Prometheus text.
///
/// A name is `conclave_<noun>_<unit>` in small letters; that of a counter ends in `_total`. Whoever asks for
/// a name again gets the same counter, so that a part of the node can start again. All of them are listed in
/// `Docs/Metrics.md`.
public final class Metrics: Sendable {
    private enum Kind: String {
        case counter, gauge
    }

    /// One line: the value of the label, empty without one, and the figure.
    public typealias Sample = (label: String, value: Int)

    private struct Family: Sendable {
        let kind: Kind
        let help: String
        let key: String
        /// What counts, for whoever asks again; nil for what is looked up when it is read.
        let instrument: (any Sendable)?
        let samples: @Sendable () -> [Sample]
    }

    private let families = Lock(SortedArray<String, Family>())

    public init() {}

    // MARK: Making

    /// A counter without label.
    public func counter(_ name: String, _ help: String) -> Counter {
        instrument(name, .counter, help, make: Counter.init) { counter in [("", counter.value)] }
    }

    /// Counters split by `label`.
    public func counters<Label: MetricLabel>(
        _ name: String, _ help: String, by label: Label.Type
    ) -> Counters<Label> {
        instrument(name, .counter, help, key: Label.key, make: Counters<Label>.init) { counters in
            Label.allCases.map { ($0.rawValue, counters.value($0)) }
        }
    }

    /// A gauge without label.
    public func gauge(_ name: String, _ help: String) -> Gauge {
        instrument(name, .gauge, help, make: Gauge.init) { gauge in [("", gauge.value)] }
    }

    /// Figures that someone else keeps, split by the label `key`, asked for when they are read. The values of
    /// the label come from the code, never from a peer. Asking again under one name replaces the source.
    public func counters(
        _ name: String, _ help: String, by key: String, _ samples: @escaping @Sendable () -> [Sample]
    ) {
        add(name, Family(kind: .counter, help: help, key: key, instrument: nil, samples: samples))
    }

    /// Like ``counters(_:_:by:_:)-(_,_,String,_)`` for figures that go up and down.
    public func gauges(
        _ name: String, _ help: String, by key: String, _ samples: @escaping @Sendable () -> [Sample]
    ) {
        add(name, Family(kind: .gauge, help: help, key: key, instrument: nil, samples: samples))
    }

    // MARK: Reading

    /// Everything in Prometheus' text format 0.0.4, by name.
    public func text() -> String {
        // Asked outside the lock: a source may take locks of its own.
        let families = families.withLock { $0 }
        return families.reduce("") { text, family in
            text + Self.text(of: family.value, named: family.key)
        }
    }

    private static func text(of family: Family, named name: String) -> String {
        let head = "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
        return family.samples().reduce(head) { text, sample in
            let label = family.key.isEmpty ? "" : "{\(family.key)=\"\(escaped(sample.label))\"}"
            return text + "\(name)\(label) \(sample.value)\n"
        }
    }

    /// A backslash, a quote and a line break would end the value.
    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case _ where character.isNewline: text += "\\n"
            default: text.append(character)
            }
        }
    }

    // MARK: Keeping

    private func instrument<Instrument: Sendable>(
        _ name: String, _ kind: Kind, _ help: String, key: String = "",
        make: @Sendable () -> Instrument, samples: @escaping @Sendable (Instrument) -> [Sample]
    ) -> Instrument {
        check(name, kind)
        return families.withLock { families in
            // Looked up and added with one lock, or two who ask at once count apart.
            if let known = families[name]?.instrument as? Instrument { return known }
            let made = make()
            families[name] = Family(kind: kind, help: help, key: key, instrument: made) { samples(made) }
            return made
        }
    }

    private func add(_ name: String, _ family: Family) {
        check(name, family.kind)
        families.withLock { $0[name] = family }
    }

    private func check(_ name: String, _ kind: Kind) {
        precondition(Self.isValid(name, kind), "\(name) is no name of a \(kind.rawValue)")
    }

    private static func isValid(_ name: String, _ kind: Kind) -> Bool {
        name.hasPrefix("conclave_") && name.hasSuffix("_total") == (kind == .counter)
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_")
            }
    }
}
