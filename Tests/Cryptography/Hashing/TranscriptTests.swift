import ConclaveCryptography
import Testing

@Suite struct TranscriptTests {
    @Test func `the same commitments give the same summary`() {
        #expect(transcript([[1, 2], [3]]).summary == transcript([[1, 2], [3]]).summary)
    }

    @Test func `commitments that run into the same bytes differ`() {
        #expect(transcript([[1, 2], [3]]).summary != transcript([[1], [2, 3]]).summary)
        #expect(transcript([[1, 2, 3]]).summary != transcript([[1, 2], [3]]).summary)
        #expect(transcript([]).summary != transcript([[]]).summary)
        #expect(transcript([[1]]).summary != transcript([[1], []]).summary)
    }

    @Test func `namespaces and labels part transcripts`() {
        let base = transcript([[1]])
        #expect(Transcript(namespace: [1]).summary != Transcript(namespace: [2]).summary)
        #expect(base.fork("a").summary != base.fork("b").summary)
        #expect(base.fork("a").summary != base.summary)
        #expect(base.noise("a", count: 32) != base.noise("b", count: 32))
        #expect(base.noise("a", count: 32) != base.fork("a").summary)
    }

    @Test func `a fork takes what was said before and changes nothing in its origin`() {
        let first = transcript([[1]]), second = transcript([[2]])
        let before = first.summary
        var fork = first.fork("a")
        #expect(fork.summary != second.fork("a").summary)
        fork.commit([9])
        #expect(first.summary == before)
    }

    @Test func `a longer noise begins like a shorter one`() {
        let base = transcript([[1]])
        #expect(Array(base.noise("a", count: 200).prefix(32)) == base.noise("a", count: 32))
        #expect(base.noise("a", count: 0) == [])
    }

    private func transcript(_ commitments: [[UInt8]]) -> Transcript {
        var transcript = Transcript(namespace: [7])
        for commitment in commitments { transcript.commit(commitment) }
        return transcript
    }
}
