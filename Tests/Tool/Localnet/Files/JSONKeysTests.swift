import Testing

@testable import ConclaveLocalnet

@Suite struct JSONKeysTests {
    @Test(
        arguments: [
            (#"{"a":1,"b":2}"#, nil), (#"{"a":1,"a":2}"#, "a"), (#"{"a":{"a":1},"b":{"a":1}}"#, nil),
            (#"{"a":{"b":1, "b" :2}}"#, "b"), (#"[{"a":1},{"a":1}]"#, nil), (#"{"a":"a","b":"a"}"#, nil),
            (#"{"a":"\"a\":","b":1}"#, nil), (#"{"\u0061":1,"a":2}"#, "a"), (#"{"a\\":1,"a":2}"#, nil),
            (#"{"":1,"":2}"#, ""), (#"{"x":[{"y":1,"y":1}],"x":1}"#, "y"), ("[]", nil), ("\"a\"", nil),
            ("", nil),
            (#"{"a"#, nil), (#"{"a\"#, nil), ("}}]", nil),
        ] as [(String, String?)])
    func `a key that stands twice in one object is found`(json: String, key: String?) {
        #expect(JSONKeys.repeated(in: Array(json.utf8)) == key)
    }
}
