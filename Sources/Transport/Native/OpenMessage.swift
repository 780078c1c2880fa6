/// A message of which some pieces have arrived.
///
/// Memory is taken as bytes arrive, not for the total that the first piece claims: at most
/// ``pinnedPerByte`` bytes for each that is there, before the pool rounds up.
struct OpenMessage {
    /// A peer can make us hold so many bytes for each that it sends. With fewer, a message of many records
    /// would be copied from one memory to the next more often; with this, one of up to 16 records never is.
    static let pinnedPerByte = 16
    /// Memory for the first piece, however short.
    static let bytesMin = 4_096

    let slot: Int
    let coding: MessageCoding
    /// Bytes that it will have.
    let total: Int
    private(set) var arrived = 0
    private(set) var slab: Slab

    /// `total` is within the channel's limit, and more than `firstPiece`.
    init(slot: Int, coding: MessageCoding, total: Int, firstPiece: UnsafeRawBufferPointer, slabs: SlabPool) {
        self.slot = slot
        self.coding = coding
        self.total = total
        slab = slabs.take(Self.capacity(for: firstPiece.count, of: total))
        unsafe copy(firstPiece)
    }

    /// Bytes that have not arrived.
    var missing: Int { total - arrived }

    /// `piece` is at most what is ``missing``.
    mutating func append(_ piece: UnsafeRawBufferPointer, slabs: SlabPool) {
        if slab.capacity - arrived < piece.count { grow(for: piece.count, slabs) }
        unsafe copy(piece)
    }

    private mutating func copy(_ piece: UnsafeRawBufferPointer) {
        if let start = piece.baseAddress {
            unsafe (slab.base + arrived).copyMemory(from: start, byteCount: piece.count)
        }
        arrived += piece.count
    }

    private mutating func grow(for bytes: Int, _ slabs: SlabPool) {
        let larger = slabs.take(Self.capacity(for: arrived + bytes, of: total))
        unsafe larger.base.copyMemory(from: slab.base, byteCount: arrived)
        slab = larger
    }

    private static func capacity(for arrived: Int, of total: Int) -> Int {
        min(total, max(bytesMin, arrived * pinnedPerByte))
    }
}
