import ConclaveCryptography
import Testing

@Suite struct WipingTests {
    @Test func `a wiped array is empty, and a copy made before is not`() {
        var secret: [UInt8] = [1, 2, 3]
        let copy = secret
        secret.wipe()
        #expect(secret.isEmpty && copy == [1, 2, 3])
        var nothing: [UInt8] = []
        nothing.wipe()
        #expect(nothing.isEmpty)
    }

    @Test func `comparing finds any difference`() {
        let bytes: [UInt8] = [1, 2, 3, 4]
        #expect(bytes.equalsInConstantTime([1, 2, 3, 4]))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!bytes.equalsInConstantTime(other))
        }
        #expect(!bytes.equalsInConstantTime([1, 2, 3]) && !bytes.equalsInConstantTime([1, 2, 3, 4, 0]))
        #expect([UInt8]().equalsInConstantTime([]))
    }
}
