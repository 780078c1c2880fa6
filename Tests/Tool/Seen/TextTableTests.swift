import Testing

@testable import ConclaveTool

@Suite struct TextTableTests {
    @Test func `columns are as wide as their widest cell, and no line ends in a space`() {
        var table = TextTable([("name", .left), ("n", .right), ("rest", .left)])
        table.append(["a", "100", ""])
        table.append(["longer", "1", "x"])
        #expect(table.lines == ["name      n  rest", "a       100", "longer    1  x"])
    }

    @Test func `what a terminal would obey is not passed on`() {
        #expect(printable("a\u{1B}[2Jb\n\u{202E}µ") == "a?[2Jb??µ")
    }
}
