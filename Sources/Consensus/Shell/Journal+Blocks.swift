internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveRuntime

/// Reading blocks, a page at a time: each read waits for the sync that is under way.
extension Journal {
    /// Headers of one read; of some 250 bytes each.
    private static let headersPage = 256
    /// Bodies of the first read of a row. How long they are is not known before.
    private static let bodiesPage = 16

    func block(_ digest: Digest) async throws -> Block? {
        guard let height = try await height(of: digest) else { return nil }
        let key = JournalKeys.block(height, digest)
        guard let header = try await store.value(of: key, in: JournalKeys.headers),
            let body = try await store.value(of: key, in: JournalKeys.bodies)
        else { return nil }
        return Block(header: try Header(decoding: header), body: body)
    }

    private func height(of digest: Digest) async throws -> Height? {
        guard let bytes = try await store.value(of: digest.encoded, in: JournalKeys.heights) else {
            return nil
        }
        return try Height(decoding: bytes)
    }

    /// The header of the block and those below it above `floor`, newest first, at most `limit`.
    func headers(of digest: Digest, above floor: Height, limit: Int) async throws -> [Header] {
        guard var height = try await height(of: digest) else { return [] }
        var headers: [Header] = [], next = digest
        while headers.count < limit, height > floor {
            let page = try await store.entries(
                in: JournalKeys.headers, JournalKeys.blocks(from: height, next, above: floor),
                limit: Self.headersPage, order: .descending)
            let before = headers.count
            // Blocks that were not decided lie between them.
            for entry in page where JournalKeys.digest(in: entry.key) == next.encoded {
                let header = try Header(decoding: entry.value)
                headers.append(header)
                (height, next) = (header.height.lowered(by: 1), header.parent)
                if headers.count == limit { break }
            }
            guard headers.count > before else { break }
        }
        return headers
    }

    /// The block and those below it above `height`, newest first, as many as one answer may hold.
    func ancestry(of digest: Digest, above floor: Height) async throws -> [Block] {
        let headers = try await headers(of: digest, above: floor, limit: MessageLimits.answerBlocks)
        var blocks: [Block] = [], bytes = 0, limit = Self.bodiesPage
        var digests = [digest] + headers.map(\.parent)
        digests.removeLast()
        while blocks.count < headers.count {
            let first = blocks.count
            let page = try await store.entries(
                in: JournalKeys.bodies,
                JournalKeys.blocks(from: headers[first].height, digests[first], above: floor),
                limit: limit, order: .descending)
            for entry in page where blocks.count < headers.count {
                guard JournalKeys.digest(in: entry.key) == digests[blocks.count].encoded else { continue }
                guard let block = Block(header: headers[blocks.count], body: entry.value) else { break }
                bytes += block.byteCount
                guard blocks.isEmpty || bytes <= MessageLimits.answerBytes else { return blocks }
                blocks.append(block)
            }
            guard blocks.count > first else { break }
            // Short ones all at once.
            limit = bytes < MessageLimits.answerBytes / 8 ? MessageLimits.answerBlocks : Self.bodiesPage
        }
        return blocks
    }

    /// Bodies from that of one block upwards, at most `limit` of any block at or above its height: those that
    /// are delivered next stand among them.
    func bodies(from block: BlockReference, limit: Int) async throws -> [StoredEntry] {
        try await store.entries(
            in: JournalKeys.bodies, JournalKeys.blocks(upFrom: block.height, block.digest), limit: limit)
    }
}
