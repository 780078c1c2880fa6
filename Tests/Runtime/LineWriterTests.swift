import ConclaveSystem
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1))) struct LineWriterTests {
    let pipe = DescriptorSinkTests.Pipe()

    @Test func `lines arrive whole and in order, the last before it has finished`() {
        let writer = LineWriter(pipe.writing)
        for number in 0..<100 { writer.write("line \(number)") }
        #expect(writer.finish(within: .seconds(30)))
        #expect(pipe.drained() == (0..<100).map { "line \($0)\n" }.joined())
        #expect(writer.lost == 0)
        writer.write("too late")
        #expect(writer.lost == 1)
        pipe.closeBoth()
    }

    @Test func `a pipe that nobody reads holds up nobody, and what is lost is counted`() {
        let writer = LineWriter(pipe.writing, bytesMax: 10_000)
        let line = String(repeating: "x", count: 999)
        for _ in 0..<30 { writer.write(line) }
        // The pipe takes 4, the writer has taken at most 9 more out of the queue, which holds 9.
        #expect(writer.lost >= 8 && writer.lost <= 26)
        #expect(writer.isCongested)
        #expect(!writer.finish(within: .milliseconds(20)))
        // What was taken still arrives, when somebody reads after all.
        var read = 0
        while read < (30 - writer.lost) * 1_000 { read += pipe.drained().utf8.count }
        #expect(read == (30 - writer.lost) * 1_000)
    }

    @Test func `when nobody can read any more, nothing is kept`() {
        signal(SIGPIPE, SIG_IGN)
        let writer = LineWriter(pipe.writing)
        close(pipe.reading)
        writer.write("nobody hears this")
        #expect(writer.finish(within: .seconds(30)))
        #expect(!writer.isCongested)
        close(pipe.writing)
    }

    @Test func `one that has written nothing finishes at once`() {
        #expect(LineWriter(pipe.writing).finish(within: .zero))
        pipe.closeBoth()
    }
}
