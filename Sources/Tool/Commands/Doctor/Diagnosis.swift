import ConclaveArguments
import ConclaveCodec
import ConclaveLocalnet
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// Says what the outcomes of all probes mean, and what to do.
struct Diagnosis: Sendable {
    let genesis: Genesis
    let profile: Profile
    let outcomes: [Outcome]

    /// What became of one validator of the genesis.
    struct Outcome: Sendable {
        let index: Int
        let probe: ProbeOutcome
    }

    /// One that answers shows that our clock and our network's name are right.
    private var hasAnswer: Bool {
        outcomes.contains { if case .answered = $0.probe { true } else { false } }
    }

    /// Everything that is to be said of one validator, the worst first.
    func findings(of outcome: Outcome) -> [Finding] {
        let validator = genesis.validators[outcome.index]
        return [finding(of: outcome.probe, validator)] + addressFindings(outcome)
    }

    private func finding(of probe: ProbeOutcome, _ validator: Genesis.Validator) -> Finding {
        switch probe {
        case .answered(_, let ahead, let roundTrip): answered(ahead, roundTrip)
        case .unresolved(let why):
            Finding(
                .unresolved, .problem, why,
                advice: "correct the name in the genesis, or ask whoever runs the name server")
        case .unreachable(let address):
            Finding(
                .unreachable, .problem, "nobody listens at \(address), or something refuses the way there",
                advice: "start the validator, correct its address in the genesis, or open its port")
        case .timedOut:
            Finding(
                .timedOut, .problem, "no answer within \(durationText(Probe.patience))",
                advice: "see that its machine is up and that no firewall drops what we send")
        case .closedOnName:
            Finding(
                .notAuthorised, .problem, "it closes the connection when it sees our key or address",
                advice: "see that its genesis holds our key, and that we come from the address beside it; "
                    + "one that was asked too often needs some seconds of rest")
        case .closedOnProof: proofRefused
        case .wrongAnswer(let fault):
            Finding(
                .misbehaved, .problem, "what it answers does not verify (\(fault.name))",
                advice: "see that a Conclave of the same wire profile listens at \(validator.address)")
        case .failed(let why): Finding(.hostFailure, .problem, why)
        }
    }

    private func answered(_ ahead: Duration, _ roundTrip: Duration) -> Finding {
        let clock =
            "clock \(fixed(abs(ahead.inSeconds), decimals: 3)) s \(ahead < .zero ? "behind" : "ahead")"
        // Half of what is allowed: clocks that drift go on drifting.
        let bound = profile.synchronyBound / 2
        guard ahead <= bound, ahead >= .zero - bound else {
            return Finding(
                .clockSkew, .problem,
                "\(clock) of ours, and \(durationText(profile.synchronyBound)) is too much",
                advice: "let NTP keep both clocks")
        }
        return Finding(.ok, .good, "\(fixed(roundTrip.inSeconds * 1e3, decimals: 1)) ms, \(clock)")
    }

    private var proofRefused: Finding {
        guard hasAnswer else {
            return Finding(
                .proofRefused, .problem, "it closes the connection when it sees our proof",
                advice: "either its network is not \(genesis.network), or another key than in the genesis "
                    + "listens there, or our clocks differ by more than "
                    + durationText(profile.synchronyBound)
            )
        }
        return Finding(
            .wrongKey, .problem, "another key than in the genesis listens there, or its clock is wrong",
            advice: "compare the genesis there with ours, and its key with conclave keygen --show FILE")
    }

    private func addressFindings(_ outcome: Outcome) -> [Finding] {
        var findings: [Finding] = []
        if profile.privateAddresses == .refused, let ip = address(of: outcome)?.ip, ip.isPrivate {
            findings.append(
                Finding(
                    .privateAddress, .problem,
                    "\(ip) is a private address, which the production profile refuses",
                    advice: "give it a public address, or set privateAddresses to allowed everywhere"))
        }
        let twin = outcomes.first { other in
            other.index < outcome.index && address(of: other) != nil
                && address(of: other) == address(of: outcome)
        }
        if let twin {
            findings.append(
                Finding(
                    .sameAddress, .problem, "validator \(twin.index) has the same address",
                    advice: "give each validator an address of its own"))
        }
        return findings
    }

    /// Where it is, if that is known.
    private func address(of outcome: Outcome) -> SocketAddress? {
        switch outcome.probe {
        case .answered(let address, _, _), .unreachable(let address): address
        case .unresolved, .timedOut, .closedOnName, .closedOnProof, .wrongAnswer, .failed:
            genesis.validators[outcome.index].address.socket
        }
    }
}
