internal import ConclaveFuzzing
internal import ConclavePeers
internal import ConclavePeersCore
internal import ConclaveTestTrials
internal import ConclaveTestWires
internal import ConclaveTransport

/// An inbox's lanes and a model of them.
struct InboxTrial {
    private static let people = (1...4).map { peer($0) }
    private static let messagesMax = 40, quantum = 4_096, longest = 9_000

    private let overflow: ChannelOptions.Overflow
    private let bytesMax: Int
    /// Memory of the largest batch so far.
    private var largestBatch = 0
    private let memory: NodeMemory
    private var subject: InboxLanes
    private var lanes: [LaneModel] = people.map { LaneModel(peer: $0) }
    private var delivered = 0
    private var race = TurnsModel(lanes: people.count)

    init(_ choices: inout Choices) throws(Finding) {
        var profile = Profile.production
        profile.memoryBudget = 1 << 20
        profile.floorBytes = 4_096
        guard let configuration = try? configuration(profile) else {
            throw Finding("a profile within its ranges is refused")
        }
        overflow = choices.once(in: 2) ? .pauseReading : .dropNewest
        memory = NodeMemory(configuration)
        bytesMax = choices.number(in: 1_000...400_000)
        subject = InboxLanes(
            messagesMax: Self.messagesMax, bytesMax: bytesMax, quantum: Self.quantum, overflow: overflow,
            memory: memory)
    }

    mutating func step(_ choices: inout Choices) throws(Finding) {
        let number = choices.number(below: Self.people.count)
        switch choices.number(below: 8) {
        case 0...3: try offer(number, &choices)
        case 4: reopen(number)
        case 5: close(number)
        default: _ = try take()
        }
        try compare()
    }

    /// Everything that waits is handed out.
    mutating func finish() throws(Finding) {
        while try take() > 0 { try compare() }
        try expect(
            subject.isEmpty && lanes.allSatisfy(\.waiting.isEmpty), "something waits and is not handed out")
        try expect(subject.held == 0 && memory.budget.used == 0, "\(memory.budget.used) bytes are lost")
        try expect(lanes.allSatisfy { !$0.isPaused }, "somebody waits to be told to go on")
    }

    // MARK: What happens

    private mutating func offer(_ number: Int, _ choices: inout Choices) throws(Finding) {
        guard let owner = lanes[number].owner else { return reopen(number) }
        guard !lanes[number].isPaused else { return }
        let messages = Self.messages(&choices)
        let batches: [Batch]
        do {
            batches = try ConclaveTestWires.batches(from: lanes[number].peer, messages)
        } catch {
            throw Finding("no batch: \(error)")
        }
        for batch in batches {
            let contents = batch.messages.map { Array($0) }
            largestBatch = max(largestBatch, batch.pinnedBytes)
            switch subject.offer(batch, lane: lanes[number].place, owner: owner) {
            case .taken: arrived(contents, number)
            case .pause:
                try expect(overflow == .pauseReading, "a lane that drops pauses")
                arrived(contents, number)
                lanes[number].isPaused = true
            case .dropped(let count):
                try expect(overflow == .dropNewest && count > 0, "\(count) are dropped")
                arrived(Array(contents.dropLast(count)), number)
            case .overBudget(let count):
                try expect(
                    overflow == .dropNewest && count == contents.count, "\(count) are above the budget")
            }
        }
    }

    private mutating func arrived(_ messages: [[UInt8]], _ number: Int) {
        lanes[number].waiting += messages
        if !messages.isEmpty { race.waits(number) }
    }

    private static func messages(_ choices: inout Choices) -> [[UInt8]] {
        let size = choices.number(below: choices.once(in: 3) ? longest : 200)
        let seed = choices.seed()
        return (0..<choices.number(in: 1...30)).map { pattern(size, seed: seed &+ UInt64($0)) }
    }

    /// A new link of the peer takes over the lane.
    private mutating func reopen(_ number: Int) {
        lanes[number].generation += 1
        let owner = Owner(generation: lanes[number].generation)
        let opened = subject.open(for: lanes[number].peer, owner: owner)
        lanes[number].owner = owner
        (lanes[number].place, lanes[number].isPaused) = opened
    }

    private mutating func close(_ number: Int) {
        guard let owner = lanes[number].owner else { return }
        subject.close(lanes[number].place, owner: owner)
        lanes[number].owner = nil
        lanes[number].isPaused = false
    }

    /// Returns how many messages were handed out.
    private mutating func take() throws(Finding) -> Int {
        var batches: [Batch] = []
        let relief = subject.take(into: &batches)
        memory.budget.give(relief.surplus)
        for batch in batches { try handedOut(batch) }
        for owner in relief.resumed {
            guard let number = lanes.firstIndex(where: { $0.owner === owner }) else { continue }
            try expect(lanes[number].isPaused, "somebody is told to go on who never paused")
            lanes[number].isPaused = false
        }
        return batches.reduce(0) { $0 + $1.count }
    }

    private mutating func handedOut(_ batch: Batch) throws(Finding) {
        guard let number = lanes.firstIndex(where: { $0.peer == batch.peer }) else {
            throw Finding("a batch of nobody")
        }
        let contents = batch.messages.map { Array($0) }
        try expect(
            Array(lanes[number].waiting.prefix(contents.count)) == contents,
            "peer \(number): other messages, or another order")
        lanes[number].waiting.removeFirst(contents.count)
        delivered += contents.count
        try race.served(number, batch.cost, isEmpty: lanes[number].waiting.isEmpty, quantum: Self.quantum)
    }

    // MARK: What must hold

    private func compare() throws(Finding) {
        let waiting = lanes.reduce(0) { $0 + $1.waiting.count }
        try expect(subject.waiting == waiting, "\(subject.waiting) wait, not \(waiting)")
        try expect(
            subject.delivered == UInt64(delivered), "\(subject.delivered) were handed out, not \(delivered)")
        guard overflow == .dropNewest else { return }
        try expect(lanes.allSatisfy { $0.waiting.count <= Self.messagesMax }, "a lane holds more than it may")
        // An empty lane takes one batch of any size; the places in a queue are a page at most.
        let heldMax = lanes.count * (bytesMax + largestBatch + 16_384)
        try expect(subject.held <= heldMax, "\(subject.held) bytes are held, and \(heldMax) may be")
        try expect(memory.budget.used <= memory.budget.limit, "\(memory.budget.used) bytes are leased")
    }
}
