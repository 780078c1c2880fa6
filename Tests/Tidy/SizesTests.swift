import Testing

@Suite struct SizesTests {
    @Test func `median, ninth decile and longest are counted in lines`() {
        let sources = (1...10).map { number in
            SourceFile(path: "\(number)", text: String(repeating: "\n", count: number))
        }
        #expect(
            "\(Sizes(of: sources))" == "10 files, lines each: median 6, p90 10, longest 10 (10); no functions"
        )
    }

    /// `make measure` picks these lines out.
    @Test func `the sizes of sources and tests are printed`() {
        let swift = Checkout.current.swift
        let sources = Sizes(of: swift.filter { $0.isUnder(["Sources/", "Examples/"]) })
        let tests = Sizes(of: swift.filter { $0.isUnder(["Tests/"]) })
        print("sizes: Sources: \(sources)\nsizes: Tests: \(tests)")
        #expect(!sources.functions.isEmpty && !tests.functions.isEmpty)
    }
}
