import Testing

@Suite struct TokenizerTests {
    @Test(arguments: [
        ("let a = b!", ["let", "a", "=", "b", "!"]),
        ("x // await", ["x"]),
        ("x /* a /* b */ c */ y", ["x", "y"]),
        (#"f("a { \(g("}")) b", 1)"#, ["f", "(", "\"\"", ",", "1", ")"]),
        (##"f(#"a "quoted" \(not) b"#)"##, ["f", "(", "\"\"", ")"]),
        ("\"\"\"\n a \" { \n\"\"\" y", ["\"\"", "y"]),
        (#""\\" y"#, ["\"\"", "y"]),
        ("func `a task { starts`() {}", ["func", "`a task { starts`", "(", ")", "{", "}"]),
        ("#if DEBUG", ["#", "if", "DEBUG"]),
        ("\"open", ["\"\""]),
    ])
    func `strings and comments hide what is in them`(_ text: String, _ tokens: [String]) {
        #expect(Tokenizer(text).tokens.map(\.text) == tokens)
    }

    @Test func `a token knows its line, what stands before it and whether it is the first`() {
        let tokens = Tokenizer("a\n  b!\n\"\"\"\n\n\"\"\" c").tokens
        #expect(tokens.map(\.line) == [1, 2, 2, 3, 5])
        #expect(tokens.map(\.isSpaced) == [true, true, false, true, true])
        #expect(tokens.map(\.isFirst) == [true, true, false, true, false])
    }

    @Test func `every line of a comment is known`() {
        #expect(Tokenizer("a // b\nc\n/* d\n e */").commentLines == [1, 3, 4])
    }
}
