import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import Testing

@Suite struct CrossedDialTests {
    static let rules: [[CrossedDials]] = [
        [.smallerKey, .smallerKey], [.firstProved, .firstProved],
        [.smallerKey, .firstProved], [.firstProved, .smallerKey],
    ]
    static let skews = [[0, 0], [4_000, 0], [0, 4_000]]

    @Test(arguments: rules, skews)
    func `two crossed dials leave exactly one link, the same on both sides`(
        rules: [CrossedDials], skews: [Int]
    ) throws {
        let ends = try explore(try CrossedDialModel(rules: rules, skews: skews, cuts: 0))
        #expect(ends.count > 10)
        for end in ends { #expect(end.links.count == 1, "\(end)") }
    }

    @Test(arguments: rules, skews[1...1])
    func `with a cut at any moment there is one link or none, and one after a retry`(
        rules: [CrossedDials], skews: [Int]
    ) throws {
        let ends = try explore(try CrossedDialModel(rules: rules, skews: skews, cuts: 1))
        let none = ends.filter(\.links.isEmpty)
        #expect(!none.isEmpty && none.count < ends.count)
        for end in none.prefix(100) {
            for dialer in 0..<2 {
                var again = end
                again.retry(by: dialer)
                for last in try explore(again) { #expect(last.links == [dialer]) }
            }
        }
    }

    @Test func `once both sides have shaken hands the smaller key's connection survives, whatever the order`()
        throws
    {
        var model = try CrossedDialModel(rules: Self.rules[0], skews: [0, 0], cuts: 0)
        for event in [.dial(0), .dial(1), .connect(0), .connect(1)] as [CrossedDialModel.Event] {
            model.happen(event)
        }
        let ends = try explore(model)
        #expect(ends.count > 1)
        for end in ends { #expect(end.links == [0]) }
    }

    @Test(arguments: 0..<20)
    func `A41 of 10,000 seeds of crossed dials each ends with one link, the same on both sides`(
        part: UInt64
    ) throws {
        for seed in (part * 500)..<(part * 500 + 500) {
            var world = try CrossedDialWorld(
                seed: seed, nodes: [.ours(.firstProved), .ours(.firstProved)], faults: 0, calmAfter: 0)
            world.run(until: 12_000)
            try #require(world.isSettled && !world.isBroken, "seed \(seed)")
            let dials = world.dials
            try #require(dials <= 12, "seed \(seed): \(dials) dials")
        }
    }

    static let pairs: [[CrossedDialWorld.Node]] = [
        [.ours(.firstProved), .ours(.firstProved)], [.ours(.smallerKey), .ours(.smallerKey)],
        [.ours(.firstProved), .ours(.smallerKey)], [.ours(.smallerKey), .ours(.firstProved)],
        [.ours(.firstProved), .refusing], [.refusing, .ours(.firstProved)],
    ]

    @Test(arguments: pairs)
    func `after any cuts and restarts there is one link again, and nobody dials any more`(
        nodes: [CrossedDialWorld.Node]
    ) throws {
        for seed in 0..<60 as Range<UInt64> {
            var world = try CrossedDialWorld(seed: seed, nodes: nodes, faults: 12, calmAfter: 30_000)
            world.run(until: 90_000)
            try #require(world.isSettled && !world.isBroken, "seed \(seed)")
            let dials = world.dials
            world.run(until: 120_000)
            try #require(world.isSettled && world.dials == dials, "seed \(seed): \(world.dials) dials")
        }
    }

    /// Every state in which nothing can happen any more, reached in every order. In each state on the way no
    /// node has two links, and what its reservations say is what its connections are.
    private func explore(_ start: CrossedDialModel) throws -> [CrossedDialModel] {
        var seen: Set<CrossedDialModel> = [start]
        var open = [start], ended: [CrossedDialModel] = []
        while let model = open.popLast() {
            try check(model)
            let events = model.events
            if events.isEmpty { ended.append(model) }
            for event in events {
                var next = model
                next.happen(event)
                if seen.insert(next).inserted { open.append(next) }
            }
        }
        for end in ended {
            for node in 0..<2 {
                try #require(end.links(at: node) == end.links)
                let isHeld = end.reservations[node].holder(of: peer(1 - node)) != nil
                try #require(isHeld == !end.links.isEmpty)
            }
        }
        return ended
    }

    private struct Broken: Error { let model: CrossedDialModel }

    /// Millions of checks: a macro for each would take longer than all the rest.
    private func check(_ model: CrossedDialModel) throws(Broken) {
        for node in 0..<2 {
            let links = model.links(at: node)
            guard let link = links.first else { continue }
            let direction: Direction = link == node ? .dialed : .accepted
            let isHeld = model.reservations[node].state(of: peer(1 - node)) == .active(direction)
            guard links.count == 1, isHeld else { throw Broken(model: model) }
        }
    }
}
