import Testing

@testable import ConclaveTransport

@Suite struct LinkTermsTests {
    private func terms(
        ours: NativeHello = NativeSpeaker.hello, theirs: NativeHello, version: UInt8 = 1
    ) throws -> LinkTerms {
        try LinkTerms(ours: ours, theirs: theirs, version: version, channels: NativeSpeaker.channels)
    }

    @Test func `the smaller record limit counts, whichever side's it is`() throws {
        let small = NativeSpeaker.hello(recordBytes: 5_000)
        #expect(try terms(theirs: small).recordBytes == 5_000)
        #expect(try terms(ours: small, theirs: NativeSpeaker.hello).recordBytes == 5_000)
    }

    @Test func `a channel allows compression only if both sides do`() throws {
        let theirs = NativeSpeaker.hello(compressing: [0, 3])
        #expect(try terms(theirs: theirs).isCompressionAllowed == [false, true, false])
        let none = NativeSpeaker.hello(compressing: [])
        #expect(try terms(theirs: none).isCompressionAllowed == [false, false, false])
    }

    @Test func `a channel that the peer has not registered takes nothing`() throws {
        let theirs = NativeHello(
            versions: 1...1, recordBytes: 4_096, agent: "",
            channels: [.init(number: 3, messageBytesMax: 7, flags: .takesCompression)])
        let terms = try terms(theirs: theirs)
        #expect(terms.messageBytesMax == [nil, 7, nil])
        #expect(terms.isCompressionAllowed == [false, true, false])
    }

    @Test func `a newer version that both sides speak ends the link`() throws {
        let newer = NativeSpeaker.hello(versions: 1...3)
        #expect(throws: PeerFault.downgraded(from: 2, to: 1)) {
            try terms(ours: NativeSpeaker.hello(versions: 1...2), theirs: newer)
        }
        #expect(try terms(theirs: newer).recordBytes == RecordLimit.highest)
        #expect(throws: Never.self) {
            try terms(ours: NativeSpeaker.hello(versions: 1...2), theirs: newer, version: 2)
        }
    }

    @Test func `a peer that denies the version in use is refused`() {
        #expect(throws: PeerFault.versionNotOffered(1)) {
            try terms(theirs: NativeSpeaker.hello(versions: 2...3))
        }
    }
}
