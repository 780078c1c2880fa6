import ConclaveArguments
import Testing

@Suite struct JSONLineTests {
    @Test func `keys stay in the order in which they were given`() {
        var line: JSONLine = ["zebra": 1, "ant": "two", "mole": true]
        line.append("bee", .array([.null, .object(["y": 1, "x": 2])]))
        #expect(line.text == #"{"zebra":1,"ant":"two","mole":true,"bee":[null,{"y":1,"x":2}]}"#)
        #expect(JSONLine().text == "{}")
    }

    @Test(arguments: [
        (JSONValue.number(10, decimals: 1), "10.0"), (.number(0.05, decimals: 1), "0.1"),
        (.number(-0.04, decimals: 1), "0.0"),
        (.number(-1.25, decimals: 2), "-1.25"), (.number(1.005, decimals: 0), "1"),
        (.number(3.07, decimals: 2), "3.07"),
        (.number(.nan, decimals: 1), "null"), (.number(.infinity, decimals: 1), "null"),
        (.number(1e300, decimals: 0), "9223372036854775807"),
    ])
    func `numbers have a fixed count of decimals`(value: JSONValue, text: String) {
        #expect(value.text == text)
    }

    @Test func `text cannot break out of its line or its quotes`() {
        #expect(JSONValue.string("a\"b\\c\nd\r\t\u{1}\u{7f}é").text == #""a\"b\\c\nd\r\t\u0001\u007fé""#)
    }
}
