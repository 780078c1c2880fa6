import CConclaveSystem
import ConclaveRuntime
import Glibc

/// Reads a descriptor line by line: a child's output, our own input. `@unchecked Sendable`: touched on its
/// loop only.
final class LineSource: EventSource, @unchecked Sendable {
    private let loop: EventLoop
    private let lines: Mailbox<String>
    private let descriptor: Int32
    private var file: WatchedFile?
    private var splitter = LineSplitter()

    init(_ descriptor: Int32, on loop: EventLoop, into lines: Mailbox<String>) {
        self.descriptor = descriptor
        self.loop = loop
        self.lines = lines
    }

    func start() {
        file = WatchedFile(descriptor, owner: self, on: loop)
        if file == nil { lines.close() }
    }

    func ready(_ events: PollEvents) {
        // The descriptor may block, as our standard input does: what others share we may not change.
        guard conclave_can_read(descriptor) > 0, let start = unsafe loop.scratch.baseAddress else { return }
        let count = unsafe conclave_read(descriptor, start, loop.scratch.count)
        switch count {
        case 1...:
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
            for line in unsafe splitter.received(bytes) { lines.offer(line) }
        case -Int(EAGAIN): break
        case _: end()
        }
    }

    func abandoned() {
        end()
    }

    private func end() {
        if let line = splitter.ended() { lines.offer(line) }
        file?.close()
        file = nil
        lines.close()
    }
}
