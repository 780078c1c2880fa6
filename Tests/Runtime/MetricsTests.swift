import ConclaveRuntime
import ConclaveTelemetry
import Testing

@Suite struct MetricsTests {
    enum Reason: String, MetricLabel {
        case full, closed
        static let key = "reason"
    }

    @Test func `figures are written by name, each with its help and its kind`() {
        let metrics = Metrics()
        let refused = metrics.counters("conclave_refused_total", "Refused, by reason.", by: Reason.self)
        metrics.gauge("conclave_connections", "Open connections.").add(3)
        refused.add(.full)
        refused.add(.full, 4)
        #expect(
            metrics.text() == """
                # HELP conclave_connections Open connections.
                # TYPE conclave_connections gauge
                conclave_connections 3
                # HELP conclave_refused_total Refused, by reason.
                # TYPE conclave_refused_total counter
                conclave_refused_total{reason="full"} 5
                conclave_refused_total{reason="closed"} 0

                """)
    }

    @Test func `who asks again for a name goes on counting`() {
        let metrics = Metrics()
        metrics.counter("conclave_dials_total", "Dials.").add(2)
        let again = metrics.counter("conclave_dials_total", "Dials.")
        again.add()
        #expect(again.value == 3)
        let gauge = metrics.gauge("conclave_peers", "Peers.")
        gauge.set(7)
        metrics.gauge("conclave_peers", "Peers.").add(-2)
        #expect(gauge.value == 5)
    }

    @Test func `a histogram that someone else keeps is asked for when it is read`() {
        let metrics = Metrics()
        let bounds: [Duration] = [.milliseconds(1), .seconds(1)]
        let own = metrics.histogram("conclave_own_seconds", "Own.", bounds: bounds)
        for wait: Duration in [.zero, .milliseconds(1), .milliseconds(2), .seconds(3)] { own.observe(wait) }
        #expect(own.count == 4)
        metrics.histogram("conclave_none_seconds", "None yet.") { nil }
        metrics.histogram("conclave_other_seconds", "Others'.") { own.distribution }
        let text = metrics.text()
        for name in ["conclave_own_seconds", "conclave_other_seconds"] {
            #expect(
                text.contains(
                    """
                    # TYPE \(name) histogram
                    \(name)_bucket{le="0.001"} 2
                    \(name)_bucket{le="1.0"} 3
                    \(name)_bucket{le="+Inf"} 4
                    \(name)_sum 3.003
                    \(name)_count 4

                    """))
        }
        #expect(text.contains("# TYPE conclave_none_seconds histogram\n# HELP"))
    }

    @Test func `the value of a label cannot end the line`() {
        let metrics = Metrics()
        metrics.gauges("conclave_odd", "Odd.", by: "name") { [("a\"b\\c\nd", 1)] }
        #expect(metrics.text().hasSuffix("conclave_odd{name=\"a\\\"b\\\\c\\nd\"} 1\n"))
    }

    @Test func `counters lose nothing that threads count at once`() async throws {
        let metrics = Metrics()
        try await onRuntime(loops: 2) { context in
            let children = (0..<4).map { number in
                context.spawn("counter \(number)", on: context.executors[number % 2]) { _ in
                    let dials = metrics.counter("conclave_dials_total", "Dials.")
                    for _ in 0..<1_000 { dials.add() }
                }
            }
            for child in children { await child.ended() }
        }
        #expect(metrics.counter("conclave_dials_total", "Dials.").value == 4_000)
    }
}
