import Conclave

/// What a validator's reading task asks before each read; told by the story.
final class ReadingPace: Sendable {
    private let reading = Lock(Reading.eager)

    /// How often one who does not read looks whether it shall again.
    private static let look = Duration.milliseconds(50)

    func change(to reading: Reading) {
        self.reading.withLock { $0 = reading }
    }

    /// Whether there is no pause before the next read.
    var isEager: Bool { reading.withLock { $0 == .eager } }

    /// Waits before the next read.
    func pause(in context: Context) async throws {
        switch reading.withLock({ $0 }) {
        case .eager: return
        case .every(let pause): try await context.sleep(for: pause)
        case .never:
            while reading.withLock({ $0 }) == .never { try await context.sleep(for: Self.look) }
        }
    }
}
