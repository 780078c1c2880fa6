/// What is on its way to one end of a connection, and what has arrived there and waits to be read.
struct Inbound {
    /// Something that travels: bytes, or the word that no more will come.
    struct Piece {
        let bytes: Int
        let arrival: UInt64
        let isLast: Bool
    }

    /// Most bytes between the write and the read of them.
    let capacity: Int
    private(set) var bytes = ByteQueue()
    /// How many of the bytes have arrived.
    private(set) var arrived = 0
    /// Whether all that the other side wrote has arrived.
    private(set) var hasEnded = false
    /// Bytes that were read, while the word of it could not go back.
    var unacknowledged = 0
    private var travelling: [Piece] = []
    private var head = 0
    private var lastArrival: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// What may still be written.
    var room: Int { max(0, capacity - bytes.count - unacknowledged) }
    var nextArrival: UInt64? { head < travelling.count ? travelling[head].arrival : nil }

    mutating func write(_ source: UnsafeRawBufferPointer) {
        unsafe bytes.append(source)
    }

    /// Sends bytes that were written; they arrive after all that was sent before.
    mutating func send(_ count: Int, arrival: UInt64) {
        lastArrival = max(lastArrival + 1, arrival)
        travelling.append(Piece(bytes: count, arrival: lastArrival, isLast: false))
    }

    mutating func sendEnd(arrival: UInt64) {
        lastArrival = max(lastArrival + 1, arrival)
        travelling.append(Piece(bytes: 0, arrival: lastArrival, isLast: true))
    }

    /// Takes in what is due; returns how many bytes that was.
    mutating func arrive(at now: UInt64) -> Int {
        var count = 0
        while head < travelling.count, travelling[head].arrival <= now {
            count += travelling[head].bytes
            if travelling[head].isLast { hasEnded = true }
            head += 1
        }
        if head == travelling.count {
            travelling.removeAll(keepingCapacity: true)
            head = 0
        }
        arrived += count
        return count
    }

    mutating func read(_ target: UnsafeMutableRawBufferPointer) {
        arrived -= target.count
        unsafe bytes.move(to: target)
    }

    /// What travels is lost.
    mutating func dropTravelling() {
        travelling = []
        head = 0
        bytes.keep(arrived)
    }

    /// What has arrived is thrown away.
    mutating func dropArrived() {
        bytes.drop(arrived)
        arrived = 0
    }
}
