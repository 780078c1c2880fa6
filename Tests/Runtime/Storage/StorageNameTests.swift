import ConclaveRuntime
import Testing

@Suite struct StorageNameTests {
    @Test(arguments: ["a", "journal", "block-store-2", String(repeating: "x", count: 64)])
    func `letters, digits and hyphens make a name`(text: String) {
        #expect(StorageName(text)?.text == text)
    }

    @Test(arguments: [
        "", "2", "-a", "A", "a_b", "a.b", "a/b", "..", "a b", "a\"b", "é", String(repeating: "x", count: 65),
    ])
    func `nothing else does`(text: String) {
        #expect(StorageName(text) == nil)
    }
}
