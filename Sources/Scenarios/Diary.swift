import Conclave

/// What a validator writes down, a page now and then, and relies on after it has crashed. A page counts once
/// its seal is there too, so that one left by half by a power cut is known for what it is.
struct Diary: Sendable {
    let owner: Int
    let reader: DiaryReader

    private static let store: StorageName = "diary"
    private static let pages: StorageName = "pages"
    private static let seals: StorageName = "seals"
    /// Between two pages.
    private static let pause = Duration.milliseconds(400)
    /// More than any story lasts for.
    private static let pagesMax = 100_000
    /// A disk that failed is tried again: a plan lets it fail a dozen times at most.
    private static let retries = FailurePolicy.restart(
        Backoff(first: .milliseconds(50), longest: .seconds(1)), limit: 16)

    /// Writes until it is cancelled. When the disk fails it opens the store anew, as one has to.
    func write(in context: Context) -> Child {
        context.spawn("diary", onFailure: Self.retries) { context in
            let store = try await open(in: context)
            var page = try await recover(store)
            while true {
                try await context.sleep(for: Self.pause)
                page += 1
                reader.begins(page, by: owner)
                try await store.write(Self.batch(for: page))
                reader.kept(page, by: owner)
            }
        }
    }

    /// Looks once whether everything is there that must be.
    func read(in context: Context) async throws {
        let store = try await open(in: context)
        _ = try await recover(store)
        await store.close()
    }

    private func open(in context: Context) async throws -> any Store {
        try await context.storage.open(Self.store, tables: [Self.pages, Self.seals])
    }

    /// The number of the last page. A last one without a seal is torn out.
    private func recover(_ store: any Store) async throws -> UInt64 {
        let pages = try await numbers(in: Self.pages, of: store)
        let seals = try await numbers(in: Self.seals, of: store)
        reader.found(pages: pages, seals: seals, of: owner)
        if pages.count > seals.count, let torn = pages.last {
            var batch = WriteBatch()
            batch.remove(Self.key(torn), in: Self.pages)
            try await store.write(batch)
        }
        return seals.last ?? 0
    }

    private func numbers(in table: StorageName, of store: any Store) async throws -> [UInt64] {
        try await store.entries(in: table, limit: Self.pagesMax).map { entry in
            entry.key.reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    private static func batch(for page: UInt64) -> WriteBatch {
        var batch = WriteBatch()
        batch.set(key(page), to: [UInt8](repeating: UInt8(truncatingIfNeeded: page), count: 64), in: pages)
        batch.set(key(page), to: [1], in: seals)
        return batch
    }

    private static func key(_ page: UInt64) -> [UInt8] {
        var writer = Writer(capacity: 8)
        writer.integer(page)
        return writer.bytes
    }
}
