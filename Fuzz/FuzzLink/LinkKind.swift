internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials

/// What a link of the trial is like, and how long its peer may take; milliseconds.
struct LinkKind {
    let isDiscovery: Bool
    let wire: Wire
    let direction: Direction
    let beat: Int
    let silence: Int
    /// For the hello and the greeting.
    let patience: Int

    init(_ choices: inout Choices) {
        isDiscovery = choices.once(in: 2)
        wire = choices.element(of: Wire.allCases)
        direction = choices.once(in: 2) ? .accepted : .dialed
        beat = choices.element(of: [25_000, 5_000, 500])
        silence = beat + choices.element(of: [1, 700, 10_000, 35_000])
        patience = choices.element(of: [5_000, 1_000, 60_000])
    }

    var halfPeriod: Int { beat / 2 }

    func machine(at now: Int) throws(Finding) -> LinkMachine {
        var profile = Profile.production
        profile.pingFrequency = .milliseconds(beat)
        profile.gossipFrequency = .milliseconds(beat)
        profile.silenceTimeout = .milliseconds(silence)
        profile.handshakeTimeout = .milliseconds(patience)
        profile.dialTimeout = .milliseconds(2 * patience)
        guard
            let configuration = try? configuration(profile, mode: isDiscovery ? .discovery() : .lookup)
        else { throw Finding("a profile within its ranges is refused") }
        let check = RecordCheck(own: Greetings.own, configuration: configuration)
        return LinkMachine(
            configuration: configuration, direction: direction, wire: wire,
            greeting: isDiscovery ? GreetingRule(from: Greetings.peer, check: check) : nil, at: at(now))
    }
}
