import ConclavePrimitives
import ConclaveRuntime

/// What is on its way to one end of a connection, and what has arrived there and waits to be read.
struct Inbound: ~Copyable {
    /// Something that travels: bytes, or the word that no more will come.
    struct Piece {
        let bytes: Int
        let arrival: UInt64
        let isLast: Bool
    }

    /// Most bytes between the write and the read of them.
    let capacity: Int
    private var bytes = ByteQueue()
    /// How many of the bytes have arrived.
    private(set) var arrived = 0
    /// Whether all that the other side wrote has arrived.
    private(set) var hasEnded = false
    /// Bytes that were read, while the word of it could not go back.
    var unacknowledged = 0
    /// What arrives next, and what comes after it: mostly there is one piece.
    private var next: Piece?
    private var later = RingBuffer<Piece>()
    private var lastArrival: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// What may still be written.
    var room: Int { max(0, capacity - bytes.count - unacknowledged) }
    /// Where what waits to be read lies.
    var memory: MemoryHint { bytes.memory }
    var nextArrival: UInt64? { next?.arrival }

    mutating func write(_ source: UnsafeRawBufferPointer, spare: inout SpareBlocks) {
        unsafe bytes.append(source, spare: &spare)
    }

    /// Sends bytes that were written; they arrive after all that was sent before.
    mutating func send(_ count: Int, arrival: UInt64) {
        travel(count, arrival: arrival, isLast: false)
    }

    mutating func sendEnd(arrival: UInt64) {
        travel(0, arrival: arrival, isLast: true)
    }

    private mutating func travel(_ count: Int, arrival: UInt64, isLast: Bool) {
        lastArrival = max(lastArrival + 1, arrival)
        let piece = Piece(bytes: count, arrival: lastArrival, isLast: isLast)
        if next == nil { next = piece } else { later.append(piece) }
    }

    /// Takes in what is due; returns how many bytes that was.
    mutating func arrive(at now: UInt64) -> Int {
        var count = 0
        while let piece = next, piece.arrival <= now {
            count += piece.bytes
            if piece.isLast { hasEnded = true }
            next = later.isEmpty ? nil : takeLater()
        }
        arrived += count
        return count
    }

    /// Not inlined: if it is, a queue that is empty is looked at for being shared all the same, with each
    /// piece.
    @inline(never)
    private mutating func takeLater() -> Piece? { later.popFirst() }

    mutating func read(_ target: UnsafeMutableRawBufferPointer, spare: inout SpareBlocks) {
        arrived -= target.count
        unsafe bytes.move(to: target, spare: &spare)
    }

    /// What travels is lost.
    mutating func dropTravelling(spare: inout SpareBlocks) {
        next = nil
        later = RingBuffer()
        bytes.keep(arrived, spare: &spare)
    }

    /// What has arrived is thrown away.
    mutating func dropArrived(spare: inout SpareBlocks) {
        bytes.drop(arrived, spare: &spare)
        arrived = 0
    }
}
