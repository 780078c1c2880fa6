import ConclaveSystem
import Glibc
import Testing

@Suite struct DescriptorSinkTests {
    /// A pipe of the least size there is, whose reader the test is.
    struct Pipe {
        let reading, writing: Int32

        init() {
            var ends: [Int32] = [0, 0]
            unsafe pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
            _ = fcntl(writing, 1_031, Int32(4_096))  // F_SETPIPE_SZ, which Glibc does not show
        }

        /// What is in the pipe, of which there must be something.
        func drained() -> String {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe read(reading, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }

        func closeBoth() {
            close(reading)
            close(writing)
        }
    }

    @Test func `a sink writes whole lines to its descriptor`() {
        let pipe = Pipe(), sink = DescriptorSink(pipe.writing)
        sink.write("one line")
        #expect(pipe.drained() == "one line\n")
        sink.write("")
        #expect(pipe.drained() == "\n")
        #expect(sink.lost == 0)
        pipe.closeBoth()
    }

    @Test func `lines that nobody reads are lost and counted, and nobody waits`() {
        let pipe = Pipe(), sink = DescriptorSink(pipe.writing)
        let line = String(repeating: "x", count: 999)
        for _ in 0..<10 { sink.write(line) }
        let arrived = pipe.drained()
        #expect(sink.lost == 10 - arrived.utf8.count / 1_000)
        #expect(sink.lost > 0)
        sink.write("next")
        #expect(pipe.drained() == "next\n")
        pipe.closeBoth()
    }

    @Test func `a line cut in its middle does not run into the next one`() {
        let pipe = Pipe(), sink = DescriptorSink(pipe.writing)
        sink.write(String(repeating: "x", count: 10_000))
        #expect(sink.lost == 1)
        sink.write("lost whole")
        #expect(sink.lost == 2)
        #expect(pipe.drained() == String(repeating: "x", count: 4_096))
        sink.write("next")
        #expect(pipe.drained() == "\nnext\n")
        sink.write("after")
        #expect(pipe.drained() == "after\n")
        pipe.closeBoth()
    }

    @Test func `a pipe without a reader loses lines and does not end the process`() {
        let pipe = Pipe(), sink = DescriptorSink(pipe.writing)
        close(pipe.reading)
        sink.write("line")
        #expect(sink.lost == 1)
        close(pipe.writing)
    }
}
