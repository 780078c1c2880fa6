/// Young blocks: those that proposals and certificates above the last delivered block name.
struct BlockPool: Sendable {
    enum Judgement: Hashable, Sendable {
        case unknown
        /// The application is looking at it.
        case asked
        case valid
        /// In that view. In a later one it is asked again: it may have been out of time, and where a quorum
        /// has notarized the block, to refuse what stands on it for ever would be to stand aside for ever.
        case refused(View)
    }

    struct Entry: Sendable {
        let header: Header
        /// Nil once the journal has it and nobody is about to need it.
        var body: [UInt8]?
        /// Whether the journal has been told to keep it.
        var isDurable: Bool
        var judgement = Judgement.unknown
    }

    // Never iterated in an order that could get out.
    private var entries: [Digest: Entry] = [:]

    var count: Int { entries.count }

    subscript(digest: Digest) -> Entry? { entries[digest] }

    func reference(to digest: Digest) -> BlockReference? {
        entries[digest].map { BlockReference(header: $0.header, digest: digest, body: $0.body) }
    }

    /// Keeps a block that is wanted; the first copy stays.
    mutating func insert(_ block: Block) {
        guard entries[block.digest] == nil else { return }
        entries[block.digest] = Entry(header: block.header, body: block.body, isDurable: false)
    }

    /// A block that the journal has.
    mutating func insert(kept header: Header, digest: Digest) {
        guard entries[digest] == nil else { return }
        entries[digest] = Entry(header: header, body: nil, isDurable: true)
    }

    mutating func judge(_ digest: Digest, _ judgement: Judgement) {
        entries[digest]?.judgement = judgement
    }

    /// Marks the block as kept; returns it if it was not.
    mutating func keep(_ digest: Digest) -> Block? {
        guard let entry = entries[digest], !entry.isDurable, let body = entry.body else { return nil }
        entries[digest]?.isDurable = true
        return Block(trusted: entry.header, body: body)
    }

    mutating func remove(_ digest: Digest) -> Entry? { entries.removeValue(forKey: digest) }

    enum Use { case keepWhole, keepHeader, leaveToJournal, drop }

    /// Keeps of each block what `use` says.
    ///
    /// - Returns: blocks whose bodies do not stay and that the journal has not been told to keep: it shall.
    mutating func tidy(_ use: (Digest, Header) -> Use) -> [Block] {
        var unkept: [Block] = []
        for (digest, entry) in entries {
            switch use(digest, entry.header) {
            case .keepWhole: break
            case .keepHeader:
                guard let body = entry.body else { break }
                if !entry.isDurable { unkept.append(Block(trusted: entry.header, body: body)) }
                entries[digest]?.isDurable = true
                entries[digest]?.body = nil
            case .leaveToJournal:
                if !entry.isDurable, let body = entry.body {
                    unkept.append(Block(trusted: entry.header, body: body))
                }
                entries[digest] = nil
            case .drop: entries[digest] = nil
            }
        }
        return unkept.sorted { ($0.height, $0.digest) < ($1.height, $1.digest) }
    }

    /// Lets go of the blocks at or below `height`, but for one.
    mutating func prune(through height: Height, except kept: Digest) {
        entries = entries.filter { $0.key == kept || $0.value.header.height > height }
    }
}
