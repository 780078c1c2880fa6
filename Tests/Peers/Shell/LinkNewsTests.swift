import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTestSockets
import Testing

@testable import ConclavePeers

@Suite struct LinkNewsTests {
    private let executor = ManualExecutor()
    private let news = LinkNews()
    private let heard = Heard()

    /// What the reader was told.
    private final class Heard: Sendable {
        let words = Lock<[String]>([])

        func add(_ word: String) {
            words.withLock { $0.append(word) }
        }
    }

    private func read() -> Task<Void, Never> {
        let (news, heard) = (news, heard)
        let task = Task(executorPreference: executor) {
            while true {
                switch await news.next() {
                case .opened: heard.add("opened")
                case .ended(_, let reason): heard.add(reason.name)
                case .endAll: heard.add("end all")
                case .over: return heard.add("over")
                }
            }
        }
        executor.run()
        return task
    }

    private var words: [String] { heard.words.withLock { $0 } }

    @Test func `what becomes of a link is read in order, before or after the reader waits`() throws {
        let world = try LinkWorld(options: [try ChannelOptions()])
        #expect(news.announce() == true)
        news.append(.opened(world.link))
        _ = read()
        news.append(.ended(world.link, .reset))
        executor.run()
        #expect(words == ["opened", CloseReason.reset.name])
    }

    @Test func `when all has to end it says so once, and is over with the last link`() throws {
        let world = try LinkWorld(options: [try ChannelOptions()])
        for _ in 1...2 { #expect(news.announce() == true) }
        let reader = read()
        reader.cancel()
        executor.run()
        #expect(words == ["end all"])
        #expect(news.announce() == false, "no link begins any more")
        for _ in 1...2 {
            #expect(!words.contains("over"))
            news.append(.ended(world.link, .shutdown))
            executor.run()
        }
        #expect(words == ["end all", CloseReason.shutdown.name, CloseReason.shutdown.name, "over"])
    }

    @Test func `a reader that was cancelled before it waited hears of it too`() {
        let (news, heard) = (news, heard)
        let task = Task(executorPreference: executor) {
            while true {
                guard case .over = await news.next() else { continue }
                return heard.add("over")
            }
        }
        task.cancel()
        executor.run()
        #expect(words == ["over"])
    }
}
