import ConclaveSystem

/// What a running node prints. Standard output that nobody reads must not stop the node: lines wait beside
/// it, and those that do not fit are lost.
struct LiveOutput: Sendable {
    /// How long the end is held up by who reads slowly.
    private static let patience = Duration.seconds(5)

    /// For everything that is printed meanwhile.
    let console: Console
    private let complaint: @Sendable (String) -> Void
    private let writer: LineWriter?

    init(_ console: Console) {
        complaint = console.complaint
        let writer = console.descriptor.map { LineWriter($0) }
        self.writer = writer
        self.console =
            if let writer {
                Console(result: { writer.write($0) }, complaint: console.complaint)
            } else {
                console
            }
    }

    /// Whether so much waits that who can wait should.
    var isCongested: Bool { writer?.isCongested ?? false }

    /// Waits until everything is printed, but not for ever. Once, when the node has ended.
    func finish() {
        guard let writer else { return }
        let isWritten = writer.finish(within: Self.patience)
        if writer.lost > 0 || !isWritten {
            complaint("conclave: standard output was not read in time, and lines of it are lost")
        }
    }
}
