import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime

/// One end of a connection as its host's kernel keeps it, with what is on its way to it.
@safe
final class Endpoint {
    /// How long until an owner that did nothing about its stream is told again.
    private static let tellAgainNanoseconds: UInt64 = 10_000

    /// Cache lines of a vote or a heartbeat.
    private static let messageLines = 3

    /// Of its connection; counts all connections of the simulation.
    let connection: Int
    let host: Host
    private let path: Path
    /// The other end; nil when the connection is over on both.
    private var peer: Endpoint? {
        didSet { unsafe other = peer.map { unsafe .passUnretained($0) } }
    }
    /// The same for each write, which counts no reference: `peer` keeps it alive.
    @safe @exclusivity(unchecked)
    private var other: Unmanaged<Endpoint>?

    private(set) var isClosed = false
    private var executor: SimulatedExecutor?
    private var owner: (any StreamOwner)?
    private var ownerMemory = MemoryHint(), streamMemory = MemoryHint()
    @safe @exclusivity(unchecked)
    private var interest: Readiness = []
    /// Directions that are over: the owner knows.
    @safe @exclusivity(unchecked)
    private var over: Readiness = []
    @safe @exclusivity(unchecked)
    private var isQueued = false
    @safe @exclusivity(unchecked)
    private var wasTouched = false

    @safe @exclusivity(unchecked)
    private var inbound: Inbound
    @safe @exclusivity(unchecked)
    private var isExpecting = false
    /// Itself, while it is closed and expects something still, which finds it by its address.
    private var lingering: Endpoint?
    private var isStalled = false
    private var isReset = false, resetWasTold = false
    /// No more is written: said by us.
    private var hasFinished = false
    @safe @exclusivity(unchecked)
    private var isFull = false
    /// The other end waits for the word that there is room here.
    private var isAwaited = false
    private var isRoomComing = false
    // What no message needs comes last.
    let localAddress: SocketAddress, remoteAddress: SocketAddress
    /// Apart from all others of its host.
    let key: Int
    /// Something between has forgotten the connection: nothing of it arrives here any more, and nobody is
    /// told.
    var isSevered = false {
        didSet { fabric.troubleBegins() }
    }

    enum Side: Int {
        case dialer, listener
    }

    init(
        connection: Int, _ side: Side, on host: Host, local: SocketAddress, remote: SocketAddress, path: Path
    ) {
        self.connection = connection
        self.host = host
        self.path = path
        localAddress = local
        remoteAddress = remote
        key = connection * 2 + side.rawValue
        let sizes = host.fabric.conditions.bufferBytes
        let spread = UInt64(sizes.upperBound - sizes.lowerBound)
        inbound = Inbound(capacity: sizes.lowerBound + Int(host.fabric.random.upTo(spread)))
        host.add(self)
    }

    static func join(_ one: Endpoint, _ other: Endpoint) {
        one.peer = other
        other.peer = one
    }

    private var world: World { host.world }
    private var fabric: Fabric { host.fabric }

    // The host keeps both alive: what every message calls counts no reference to them.

    @inline(__always)
    private func note(_ event: JournalEvent) {
        unsafe Unmanaged.passUnretained(host.world)._withUnsafeGuaranteedRef { $0.note(event) }
    }

    @inline(__always)
    private func expect(at time: UInt64) {
        unsafe Unmanaged.passUnretained(host.fabric)._withUnsafeGuaranteedRef { $0.expect(self, at: time) }
    }

    // MARK: The application

    /// - Parameter stream: what the owner knows this end as.
    func attach(_ owner: any StreamOwner, on executor: SimulatedExecutor, as stream: SimulatedStream) {
        guard !isClosed else { return }
        executor.memory.forget(ownerMemory)
        self.executor = executor
        self.owner = owner
        ownerMemory = MemoryHint(owner)
        streamMemory = MemoryHint(stream)
        executor.memory.note(
            LinkMemory.Surroundings(
                owner: ownerMemory, stream: streamMemory, endpoint: MemoryHint(self),
                peer: peer.map { MemoryHint($0) } ?? MemoryHint(),
                path: peer.map { MemoryHint($0.path) } ?? MemoryHint()))
        watch(.readable)
    }

    func watch(_ interest: Readiness) {
        self.interest = interest
        wasTouched = true
        tellSoon()
    }

    /// How many bytes a read into `room` would bring now, or how it would end.
    func readable(room: Int) -> Result<Int, StreamEnd> {
        wasTouched = true
        guard !isClosed else { return .failure(.failed(.closed)) }
        if inbound.arrived > 0 { return .success(portion(of: min(inbound.arrived, room))) }
        if inbound.hasEnded {
            over.insert(.readable)
            return .failure(.endOfStream)
        }
        if isReset {
            over = [.readable, .writable]
            return .failure(.reset)
        }
        return .success(0)
    }

    func read(_ target: UnsafeMutableRawBufferPointer) {
        unsafe inbound.read(target, spare: &world.spare)
    }

    /// The word that so much was read goes back to the writer.
    func acknowledge(_ count: Int) {
        guard isAwaited || fabric.hasTrouble, let peer else { return }
        if peer.path.isOpen, !peer.isSevered {
            if peer.isFull { peer.roomComes() }
        } else {
            inbound.unacknowledged += count
            if !peer.isSevered { peer.path.lost(to: peer) }
        }
    }

    func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> WriteOutcome {
        wasTouched = true
        guard !isClosed else { return .ended(.failed(.closed)) }
        guard !isReset, !hasFinished, let other else {
            over = [.readable, .writable]
            return .ended(.reset)
        }
        return unsafe other._withUnsafeGuaranteedRef { unsafe write(buffers, to: $0) }
    }

    @inline(__always)
    private func write(
        _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>, to peer: Endpoint
    ) -> WriteOutcome {
        var offered = 0
        for index in buffers.indices { offered += unsafe buffers[index].count }
        let room = min(offered, peer.inbound.room)
        let taken = portion(of: room)
        if taken < offered { becomeFull(roomIsLeft: taken < room) }
        guard taken > 0 else { return .took(0) }
        let mark = unsafe peer.take(buffers, taken)
        note(.wrote(connection: connection, node: host.number, bytes: taken, mark: mark))
        peer.travel(taken)
        return .took(taken)
    }

    func finishWriting() {
        guard !isClosed, !hasFinished, !isReset else { return }
        hasFinished = true
        note(.finished(connection: connection, node: host.number))
        peer?.endTravels()
    }

    /// Ends the connection: in good order, or with a reset if something was left unread, as TCP does.
    func close() {
        guard !isClosed else { return }
        note(.closed(connection: connection, node: host.number))
        let leavesUnread = inbound.arrived > 0
        if !isReset, let peer {
            if leavesUnread { peer.resetComes() } else if !hasFinished { peer.endTravels() }
        }
        forget()
    }

    /// Ends with a reset.
    func abort() {
        guard !isClosed else { return }
        note(.closed(connection: connection, node: host.number))
        if !isReset { peer?.resetComes() }
        forget()
    }

    /// Ends without a word to the other side.
    func vanish() {
        guard !isClosed else { return }
        peer?.inbound.dropTravelling(spare: &world.spare)
        forget()
    }

    /// Something between resets the connection.
    func reset() {
        guard !isClosed else { return }
        resetArrived()
    }

    private func forget() {
        isClosed = true
        executor?.memory.forget(ownerMemory)
        executor = nil
        owner = nil
        if isExpecting { lingering = self }
        host.forget(self)
        inbound.dropArrived(spare: &world.spare)
        if let peer, peer.isClosed {
            peer.peer = nil
            self.peer = nil
        }
    }

    // MARK: Pieces

    /// Now and then less than all of `count`.
    private func portion(of count: Int) -> Int {
        guard count > 1, fabric.random.chance(perMillion: fabric.figures.splitsPerMillion) else {
            return count
        }
        return 1 + fabric.random.below(count)
    }

    /// Takes the first `count` bytes of what the other end writes; returns a mark of them.
    private func take(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>, _ count: Int) -> UInt64 {
        var left = count
        var mark: UInt64 = 0
        for index in buffers.indices where left > 0 {
            let part = unsafe UnsafeRawBufferPointer(rebasing: buffers[index].prefix(left))
            left -= part.count
            unsafe inbound.write(part, spare: &world.spare)
            if part.count >= 8 {
                mark ^= unsafe part.loadUnaligned(fromByteOffset: part.count - 8, as: UInt64.self)
            }
        }
        return mark
    }

    private func travel(_ count: Int) {
        var left = count
        let splits = fabric.figures.splitsPerMillion
        while left > 1, fabric.random.chance(perMillion: splits) {
            let part = 1 + fabric.random.below(left - 1)
            send(part)
            left -= part
        }
        send(left)
        expect()
    }

    private func send(_ count: Int) {
        inbound.send(count, arrival: path.arrival(of: count, at: world.now))
    }

    private func endTravels() {
        inbound.sendEnd(arrival: path.arrival(of: 0, at: world.now))
        expect()
    }

    private func expect() {
        guard !isExpecting, !isStalled, let next = inbound.nextArrival else { return }
        isExpecting = true
        if isClosed { lingering = self }
        expect(at: next)
    }

    /// Pieces arrive.
    func arrive() {
        isExpecting = false
        let lingered = lingering.take()
        defer { withExtendedLifetime(lingered) {} }
        guard !fabric.hasTrouble || path.isOpen else {
            isStalled = true
            return path.lost(to: self)
        }
        guard !isSevered else { return }
        let bytes = inbound.arrive(at: world.now)
        note(.arrived(connection: connection, node: host.number, bytes: bytes))
        if isClosed {
            inbound.dropArrived(spare: &world.spare)
            if bytes > 0 { peer?.resetComes() }
        } else {
            inbound.memory.load(Self.messageLines)
            tellSoon()
        }
        expect()
    }

    /// What was expected never arrives: the simulation ends.
    func arrivalDropped() {
        isExpecting = false
        _ = lingering.take()
    }

    /// What was lost is sent again.
    func wayOpened() {
        let pause = fabric.random.upTo(fabric.figures.resendAfter)
        world.set(
            Occasion { [self] in
                isStalled = false
                expect()
                guard let peer, peer.inbound.unacknowledged > 0 else { return }
                peer.inbound.unacknowledged = 0
                roomComes()
            }, after: pause)
    }

    // MARK: Resets

    private func resetComes() {
        let delay = path.delay()
        world.set(
            Occasion { [self] in
                if path.isOpen, !isSevered { resetArrived() }
            }, after: delay)
    }

    private func resetArrived() {
        guard !isReset, !isClosed else { return }
        note(.reset(connection: connection, node: host.number))
        isReset = true
        inbound.dropTravelling(spare: &world.spare)
        tellSoon()
    }

    // MARK: Room

    private func becomeFull(roomIsLeft: Bool) {
        isFull = true
        peer?.isAwaited = true
        if roomIsLeft { roomComes() }
    }

    /// The word that there is room again arrives after a while.
    private func roomComes() {
        guard isFull, !isRoomComing else { return }
        isRoomComing = true
        let delay = path.delay()
        world.set(Occasion { [self] in roomCame() }, after: delay)
    }

    private func roomCame() {
        isRoomComing = false
        guard isFull, let peer, peer.inbound.room > peer.inbound.capacity / 3 else { return }
        isFull = false
        peer.isAwaited = false
        tellSoon()
    }

    // MARK: Telling the owner

    private var readiness: Readiness {
        var readiness: Readiness = []
        let hasNews = inbound.arrived > 0 || inbound.hasEnded || isReset
        if hasNews, interest.contains(.readable), !over.contains(.readable) { readiness.insert(.readable) }
        if !isFull || isReset, interest.contains(.writable), !over.contains(.writable) {
            readiness.insert(.writable)
        }
        // As epoll does, whether asked or not.
        if isReset, !resetWasTold { readiness.insert(.readable) }
        return readiness
    }

    private func tellSoon() {
        guard !isQueued, let executor, !readiness.isEmpty else { return }
        isQueued = true
        unsafe Unmanaged.passUnretained(executor)._withUnsafeGuaranteedRef {
            $0.add(.stream(self), memory: .read(by: ownerMemory, from: streamMemory))
        }
    }

    /// On the owner's executor.
    func tellOwner() {
        isQueued = false
        let readiness = readiness
        guard let owner, !readiness.isEmpty else { return }
        note(.told(connection: connection, node: host.number, readiness: readiness.rawValue))
        if isReset { resetWasTold = true }
        wasTouched = false
        owner.ready(readiness)
        guard !isQueued, !self.readiness.isEmpty else { return }
        if wasTouched { return tellSoon() }
        // The loop goes round; other things happen meanwhile.
        isQueued = true
        world.set(
            Occasion { [self] in
                isQueued = false
                tellSoon()
            }, after: Self.tellAgainNanoseconds)
    }
}

/// Something small that happens once.
final class Occasion: Occurrence {
    private let action: () -> Void

    init(_ action: @escaping () -> Void) {
        self.action = action
    }

    func occur() { action() }
}
