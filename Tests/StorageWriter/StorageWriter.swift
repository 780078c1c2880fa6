import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Glibc

/// What the tests of storage start, kill and starve: `ConclaveStorageWriter DEED FOLDER`. Says on standard
/// output, a line each, what it has done.
@main
enum StorageWriter {
    /// Tasks that write at once, so that a group holds several batches.
    static let writers = 4

    static func main() {
        let words = CommandLine.arguments
        guard words.count == 3, let deed = Deed(rawValue: words[1]) else { exit(64) }
        if deed == .openAsNobody { becomeNobody() }
        do {
            let storage = SystemStorage(folder: words[2])
            let runtime = try SystemRuntime(loops: 1, storage: storage, log: .silent)
            exit(
                runtime.run { context in
                    do throws(StorageFailure) {
                        let store = try await context.storage.open("journal", tables: ["left", "right"])
                        await perform(deed, on: store, context)
                    } catch {
                        say("\(error.cause)")
                    }
                    return 0
                })
        } catch {
            exit(71)
        }
    }

    enum Deed: String {
        /// Writes until it is killed.
        case write
        /// Keeps the store open until its input ends.
        case hold
        /// Writes 10 kB at a time until it fails.
        case fill
        case openAsNobody = "open-as-nobody"
    }

    private static func perform(_ deed: Deed, on store: any Store, _ context: Context) async {
        switch deed {
        case .write:
            for writer in 0..<UInt8(writers) {
                context.spawn("writer") { _ in await write(as: writer, to: store, valueBytes: 100) }
            }
            try? await context.sleep(for: .seconds(1_000))
        case .hold:
            say("open")
            while getchar() != EOF {}
        case .fill: await write(as: 0, to: store, valueBytes: 10_000)
        case .openAsNobody: say("open")
        }
    }

    /// Batch after batch, each with two entries that belong together.
    private static func write(as writer: UInt8, to store: any Store, valueBytes: Int) async {
        for count in UInt16.min...UInt16.max {
            let key = [writer, UInt8(count >> 8), UInt8(truncatingIfNeeded: count)]
            var batch = WriteBatch()
            batch.set(key, to: Array(repeating: key[2], count: valueBytes), in: "left")
            batch.set(key, to: [], in: "right")
            do throws(StorageFailure) {
                try await store.write(batch)
                say("\(writer) \(count)")
            } catch {
                return say("\(error.cause)")
            }
        }
    }

    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// Root may do everything; then this is who may not.
    private static func becomeNobody() {
        guard geteuid() == 0 else { return }
        guard setgid(65_534) == 0, setuid(65_534) == 0 else { exit(71) }
    }
}
