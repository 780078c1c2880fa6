import Testing

@Suite struct FunctionSpanTests {
    @Test(arguments: [
        ("func a() {}", [1]),
        ("func a(\n  b: Int = { 1 }()\n) -> Int {\n  b\n}", [5]),
        ("protocol P {\n  func a()\n  var b: Int { get }\n  init()\n  func c() async throws -> Int\n}", []),
        ("protocol P { func a(); func b() }", []),
        ("struct S {\n  init() {\n    self.init(1)\n    let x = T.init(2)\n  }\n  deinit {\n  }\n}", [4, 2]),
        ("func a() {\n  func b() {\n  }\n}", [4, 2]),
        ("func a() -> @Sendable () -> Void {\n  { if x { y() } }\n}", [3]),
        ("subscript(i: Int) -> Int {\n  get { 1 }\n}", [3]),
        ("func a<T>(_ t: T) throws(E) -> T\nwhere T: P {\n}", [3]),
        ("let x = { 1 }\nvar y: Int {\n  1\n}", []),
    ])
    func `functions with a body are found with all their lines`(_ text: String, _ lines: [Int]) {
        #expect(FunctionSpan.all(in: Tokenizer(text).tokens).map(\.lines) == lines)
    }
}
