import ConclaveScenarios
import Testing

@Suite struct DiaryReaderTests {
    /// A diary of validator 0 in which pages up to `begun` were begun and those up to `kept` said to be kept.
    private func reader(begun: UInt64, kept: UInt64) -> DiaryReader {
        let reader = DiaryReader(validators: 2)
        reader.begins(begun, by: 0)
        reader.kept(kept, by: 0)
        return reader
    }

    @Test(
        arguments: [
            ([1, 2, 3], [1, 2, 3]), ([1, 2, 3, 4], [1, 2, 3, 4]), ([1, 2, 3, 4], [1, 2, 3]),
        ] as [([UInt64], [UInt64])])
    func `what was kept is there, and perhaps what was under way, whole or by half`(
        pages: [UInt64], seals: [UInt64]
    ) {
        let reader = reader(begun: 4, kept: 3)
        reader.found(pages: pages, seals: seals, of: 0)
        #expect(reader.violation == nil)
    }

    @Test(
        arguments: [
            ([1, 2], [1, 2], "page 3 was kept"), ([1, 2, 3], [1, 2], "page 3 was kept"),
            ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], "never written"), ([1, 3, 4], [1, 3, 4], "its seals"),
            ([1, 2, 4], [1, 2, 3], "its pages"), ([1, 2], [1, 2, 3], "its pages"),
            ([], [], "page 3 was kept"),
        ] as [([UInt64], [UInt64], String)])
    func `what is gone, made up or torn elsewhere is found`(
        pages: [UInt64], seals: [UInt64], problem: String
    ) {
        let reader = reader(begun: 4, kept: 3)
        reader.found(pages: pages, seals: seals, of: 0)
        #expect(reader.violation?.contains(problem) == true, "\(reader.violation ?? "none")")
    }

    @Test func `what was read once must stay`() {
        let reader = reader(begun: 4, kept: 3)
        reader.found(pages: [1, 2, 3, 4], seals: [1, 2, 3, 4], of: 0)
        reader.found(pages: [1, 2, 3], seals: [1, 2, 3], of: 0)
        #expect(reader.violation?.hasPrefix("validator-0's diary: page 4 was kept") == true)
    }

    @Test func `each validator has a diary of its own`() {
        let reader = reader(begun: 4, kept: 3)
        reader.found(pages: [], seals: [], of: 1)
        #expect(reader.violation == nil)
    }
}
