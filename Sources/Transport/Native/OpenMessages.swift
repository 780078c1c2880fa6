/// The messages of one link of which some pieces have arrived: one of each priority at most.
///
/// Most links never have any, so the places for them are made when the first comes.
struct OpenMessages {
    private struct Place {
        var message: OpenMessage?
        /// Bytes of pieces since the first, of this message and those before it.
        var bytes: UInt64 = 0
    }

    /// By priority; empty before the first.
    private var places: [Place] = []
    private var occupied = LaneSet()

    func isOpen(_ priority: Priority) -> Bool { message(priority) != nil }

    /// Bytes that have arrived of the message that is open; nil if none is.
    func arrived(_ priority: Priority) -> Int? { message(priority)?.arrived }

    /// Bytes that it still needs.
    func missing(_ priority: Priority) -> Int? { message(priority)?.missing }

    /// Bytes of this priority that have arrived in pieces; nil if no message is open.
    func bytes(_ priority: Priority) -> UInt64? {
        isOpen(priority) ? places[Int(priority.rawValue)].bytes : nil
    }

    private func message(_ priority: Priority) -> OpenMessage? {
        places.isEmpty ? nil : places[Int(priority.rawValue)].message
    }

    /// Memory that all of them hold. Mutating, although it changes nothing, so that what is open is looked at
    /// where it lies and not copied.
    mutating func memory() -> Int {
        var sum = 0
        for lane in occupied { sum += places[lane].message?.slab.capacity ?? 0 }
        return sum
    }

    /// A message with its first piece; none of this priority is open.
    mutating func begin(_ message: OpenMessage, _ priority: Priority) {
        if places.isEmpty { places = Array(repeating: Place(), count: Priority.allCases.count) }
        let lane = Int(priority.rawValue)
        places[lane].message = message
        places[lane].bytes &+= UInt64(message.arrived)
        occupied.insert(lane)
    }

    /// The next piece, at most what is ``missing(_:)``.
    ///
    /// - Returns: the message, open no longer, if that was all of it.
    mutating func append(
        _ piece: UnsafeRawBufferPointer, _ priority: Priority, slabs: SlabPool
    ) -> OpenMessage? {
        let lane = Int(priority.rawValue)
        guard places.indices.contains(lane) else { return nil }
        unsafe places[lane].message?.append(piece, slabs: slabs)
        places[lane].bytes &+= UInt64(piece.count)
        guard places[lane].message?.missing == 0 else { return nil }
        occupied.remove(lane)
        return places[lane].message.take()
    }
}
