import ConclaveCodec
import ConclavePeersCore
import ConclavePrimitives

/// One random history of connections that arrive, with every grant kept and counted anew at each step. The
/// clock may jump.
package struct AdmissionTrial {
    private struct Grant {
        /// Time that has passed in truth, and what the clock said.
        let time: Int
        let ip: Int
        let isExpected: Bool
    }

    private let configuration: Configuration
    private var admission: Admission
    private var grants: [Grant] = []
    private var open = 0
    private var time = 0
    /// How far the clock is from the truth, and how often it jumped forward: each jump may earn one burst.
    private var error = 0
    private var jumps: [Int] = []
    /// When each address came last, and until when a jump of the clock excuses that it is refused.
    private var attempts: [Int: (last: Int, excusedUntil: Int)] = [:]

    package var admitted: Int { grants.count }

    package init(using random: inout some RandomNumberGenerator) throws {
        var profile = Profile.production
        profile.maxConcurrentHandshakes = Int.random(in: 5...40, using: &random)
        profile.handshakesPerIP = Rate(
            Int.random(in: 1...3, using: &random),
            per: .milliseconds(Int.random(in: 100...5_000, using: &random)))
        profile.handshakesPerSubnet = Rate(Int.random(in: 3...9, using: &random), per: .milliseconds(1_000))
        configuration = try ConclaveTestTrials.configuration(profile)
        admission = Admission(configuration: configuration)
    }

    /// One event; what is wrong after it, if anything.
    package mutating func step(using random: inout some RandomNumberGenerator) -> String? {
        time += Int.random(in: 0...200, using: &random)
        if Int.random(in: 0..<50, using: &random) == 0 {
            jump(by: Int.random(in: -5_000...5_000, using: &random))
        }
        if open > 0, Int.random(in: 0..<3, using: &random) == 0 {
            admission.ended()
            open -= 1
        }
        // Six subnets of ten addresses; the last address of each is expected.
        let number = Int.random(in: 0..<6, using: &random) * 256 + Int.random(in: 0..<10, using: &random)
        let isExpected = number % 256 == 9
        let verdict = admission.arrived(
            from: ip(number), peersExpected: isExpected ? 1 : nil, at: at(10_000_000 + time + error))
        if verdict != .refused(.tooManyHandshakes) { attempted(number) }
        guard verdict == .admitted else { return wrongRefusal(verdict, number, isExpected) }
        open += 1
        grants.append(Grant(time: time, ip: number, isExpected: isExpected))
        guard open <= configuration.maxConcurrentHandshakes else { return "\(open) at once" }
        let perIP = grants.filter { $0.ip == number }
        let perSubnet = grants.filter { $0.ip / 256 == number / 256 && !$0.isExpected }
        if exceeds(perIP, configuration.handshakesPerIP) { return "IP \(number)" }
        if !isExpected, exceeds(perSubnet, configuration.handshakesPerSubnet) {
            return "subnet \(number / 256)"
        }
        return nil
    }

    /// Who is expected is refused for its own rate or because all places are taken, and for nothing else.
    private func wrongRefusal(_ verdict: Admission.Verdict, _ number: Int, _ isExpected: Bool) -> String? {
        guard isExpected else { return nil }
        if verdict == .refused(.tooManyHandshakes) {
            return open == configuration.maxConcurrentHandshakes ? nil : "\(number) finds no place of \(open)"
        }
        guard verdict == .refused(.ipRate) else { return "\(verdict) for \(number), who is expected" }
        let wasHere = grants.contains { $0.ip == number && $0.time > time - period }
        let isExcused = attempts[number].map { time < $0.excusedUntil } ?? false
        return wasHere || isExcused ? nil : "\(number) waits for nothing"
    }

    /// After a jump of the clock an address may have to wait one period from its next attempt.
    private mutating func attempted(_ number: Int) {
        let before = attempts[number]
        let hasJumped = jumps.contains { $0 >= before?.last ?? 0 }
        attempts[number] = (time, hasJumped ? time + period : before?.excusedUntil ?? 0)
    }

    private var period: Int { Int(configuration.handshakesPerIP.period.saturatingMilliseconds) + 1 }

    private mutating func jump(by milliseconds: Int) {
        error += milliseconds
        jumps.append(time)
    }

    /// Whether in some window up to now more was granted than the burst, what was earned in it, and one burst
    /// for each jump of the clock.
    private func exceeds(_ grants: [Grant], _ rate: Rate) -> Bool {
        let period = Double(rate.period.saturatingMilliseconds)
        return grants.indices.contains { start in
            let earned = Double(time - grants[start].time) / period * Double(rate.count)
            let jumped = jumps.count { $0 >= grants[start].time }
            return Double(grants.count - start) > Double(rate.count * (1 + jumped)) + earned + 0.001
        }
    }
}
