import ConclaveArguments
import ConclaveCryptography
import ConclaveLocalnet
import ConclavePrimitives
import Glibc

/// Shows a localnet: a table that is redrawn in place in a terminal, a line per event anywhere else.
final class LocalnetView: Sendable {
    private enum Form {
        case table, text, json
    }

    private let form: Form
    private let title: String
    private let keys: [PublicKey]
    private let httpPort: UInt16?
    private let console: Console
    /// Lines of the table that stand on the screen.
    private let drawn = Lock(0)

    /// - Parameter httpPort: where the first validator is seen.
    init(folder: String, keys: [PublicKey], httpPort: UInt16?, isJSON: Bool, console: Console) {
        form = isJSON ? .json : isatty(STDOUT_FILENO) == 1 ? .table : .text
        title = "localnet \(folder)"
        self.keys = keys
        self.httpPort = httpPort
        self.console = console
    }

    func show(_ sight: Supervisor.Sight) {
        switch (sight, form) {
        case (.event(let event), .json): console.result(event.json.text)
        case (.event(let event), .text): console.result(event.text)
        case (.states(let states, let elapsed, let now), .table): draw(states, elapsed, now)
        case (.event, .table), (.states, .json), (.states, .text): break
        }
    }

    private func draw(_ states: [ValidatorState], _ elapsed: Duration, _ now: Instant) {
        let lines = LocalnetTable.lines(
            states, keys: keys, title: title, httpPort: httpPort, elapsed: elapsed, at: now, rows: Self.rows)
        let last = drawn.withLock { exchange(&$0, with: lines.count) }
        // Up to the first line, then each line over the old one, then away with what is left below.
        let up = last > 0 ? "\u{1B}[\(last)A\r" : ""
        console.result(up + lines.joined(separator: "\u{1B}[K\n") + "\u{1B}[K\u{1B}[J")
    }

    /// Lines of the terminal, less the one that the cursor stands on.
    private static var rows: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 23 }
        return Int(size.ws_row) - 1
    }
}
