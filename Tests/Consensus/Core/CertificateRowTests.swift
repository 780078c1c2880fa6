import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

@Suite struct CertificateRowTests {
    let chain = Chain()

    private func row(_ views: [UInt64]) -> CertificateRow {
        var row = CertificateRow()
        for view in views { row.insert(chain.certificate(.nullify(0, View(view)))) }
        return row
    }

    @Test func `the first of a view is kept`() {
        var row = row([3])
        row.insert(chain.certificate(.nullify(0, 3), by: [1, 2, 3]))
        #expect(row.count == 1)
        #expect(row[3]?.signature(of: 0) != nil)
        #expect(row[4] == nil)
    }

    @Test func `gaps are found as a plain search finds them`() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<500 {
            let views = (1...12).filter { _ in Bool.random(using: &random) }.map { UInt64($0) }
            let row = row(views.shuffled(using: &random))
            let low = UInt64.random(in: 0...12, using: &random),
                high = UInt64.random(in: 0...14, using: &random)
            let between = (0...14 as ClosedRange<UInt64>).filter { $0 > low && $0 < high }
            let missing = between.filter { !views.contains($0) }
            #expect(row.covers(above: View(low), below: View(high)) == missing.isEmpty)
            #expect(
                row.missing(4, above: View(low), below: View(high)).map(\.number) == Array(missing.prefix(4)))
            let held = between.filter { views.contains($0) }
            #expect(
                row.newest(3, above: View(low), below: View(high)).map(\.subject.view.number)
                    == held.suffix(3))
            #expect(row.newest(below: View(high))?.subject.view.number == views.filter { $0 < high }.max())
        }
    }

    @Test func `what is settled goes`() {
        var row = row([2, 5, 9])
        row.drop(through: 5)
        #expect(row.all.map(\.subject.view) == [9])
        row.drop(through: View(.max))
        #expect(row.count == 0)
    }
}
