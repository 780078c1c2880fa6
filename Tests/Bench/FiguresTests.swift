import Testing

@testable import ConclaveBench

@Suite struct FiguresTests {
    @Test func `a line of figures is read back as it was written`() {
        let line = Figures(["b": 2.5, "a": -1]).line
        #expect(line == "a=-1.0 b=2.5")
        #expect(Figures(line)?["b"] == 2.5)
        #expect(Figures(line)?["a"] == -1)
        #expect(Figures("35511") == nil)
        #expect(Figures("") == nil)
    }

    @Test func `percentiles are values that were measured`() {
        let values = (1...200).map(Double.init).shuffled()
        #expect(median(values) == 100)
        #expect(percentile(values, 99) == 199)
        #expect(percentile([7], 99) == 7)
        #expect(percentile([], 50) == 0)
    }

    @Test func `a table's columns are as wide as their widest cell`() {
        let lines = TextTable.lines([["", "wanted"], ["one way", "≥ 5"]])
        #expect(lines == ["         wanted", "one way     ≥ 5"])
    }
}
