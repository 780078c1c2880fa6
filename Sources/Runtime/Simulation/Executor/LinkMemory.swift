import ConclaveRuntime

/// What the turns of one executor's links will touch beside the links themselves.
struct LinkMemory {
    /// Turns between the word and the use: about as much as one core can have under way.
    static let distance = 3
    /// A link has 42 lines. The first ten are touched by whoever reads or writes; then comes what its rules
    /// need now and then, what is touched for writing, and what is touched for reading, of which the last is
    /// needed for messages in pieces alone. That is for the order of a link's properties to say; where it
    /// says otherwise nothing is lost but time.
    private static let commonLines = 10
    private static let writing = (first: 14, lines: 10), reading = (first: 22, lines: 14)
    /// What messages touch of an end of a connection, which begins anywhere in a line, and of the way to the
    /// other.
    static let endpointLines = 5
    private static let pathLines = 2, streamLines = 1
    /// Owners are found near the place that their address comes to, or are not known: a hash table that
    /// never grows.
    private static let places = 512
    private static let nearby = 4
    /// Where an owner mostly is found.
    private static let knownLines = 2

    /// A link and what it reads and writes through.
    struct Surroundings {
        var owner = MemoryHint()
        var stream = MemoryHint()
        var endpoint = MemoryHint()
        var peer = MemoryHint()
        var path = MemoryHint()
    }

    private var known: [Surroundings] = []

    mutating func note(_ surroundings: Surroundings) {
        if known.isEmpty {
            known = Array(repeating: Surroundings(), count: Self.places + Self.nearby)
        }
        let first = surroundings.owner.place(below: Self.places)
        let free = (first..<(first + Self.nearby)).first { known[$0].owner == MemoryHint() }
        known[free ?? first] = surroundings
    }

    /// The owner has no stream any more.
    mutating func forget(_ owner: MemoryHint) {
        guard !known.isEmpty else { return }
        let first = owner.place(below: Self.places)
        for place in first..<(first + Self.nearby) where known[place].owner == owner {
            known[place] = Surroundings()
        }
    }

    /// Loads `owner` for reading, and the stream that it reads from. The end of the connection is at hand
    /// already: something has just arrived there.
    @inline(__always)
    func loadForReading(_ owner: MemoryHint, from stream: MemoryHint) {
        owner.load(Self.commonLines)
        owner.load(Self.reading.lines, from: Self.reading.first)
        stream.load(Self.streamLines)
    }

    // The next three change nothing. They are declared mutating so that they look at what is known where it
    // lies: to one that is not, it is lent, which is counted.

    /// Begins to load what is known of `owner`, which will write soon: all that is known of all links is more
    /// than the caches hold.
    @inline(__always)
    mutating func expect(_ owner: MemoryHint) {
        guard !known.isEmpty else { return }
        let first = owner.place(below: Self.places)
        unsafe known.withUnsafeBufferPointer { known in
            guard let start = known.baseAddress else { return }
            unsafe MemoryHint(start + first).load(Self.knownLines)
        }
    }

    /// Loads what `owner` writes to.
    @inline(__always)
    mutating func loadForWriting(_ owner: MemoryHint) {
        owner.load(Self.commonLines)
        owner.load(Self.writing.lines, from: Self.writing.first)
        guard let surroundings = surroundings(of: owner) else { return }
        surroundings.stream.load(Self.streamLines)
        surroundings.endpoint.load(Self.endpointLines)
        surroundings.peer.load(Self.endpointLines)
        surroundings.path.load(Self.pathLines)
    }

    @inline(__always)
    private mutating func surroundings(of owner: MemoryHint) -> Surroundings? {
        guard !known.isEmpty else { return nil }
        let first = owner.place(below: Self.places)
        for place in first..<(first + Self.nearby) where known[place].owner == owner { return known[place] }
        return nil
    }
}
