import ConclaveArguments
import ConclaveChain
import ConclaveChainApplication
import ConclaveConsensusCore
import ConclaveLocalnet
import Testing

@Suite struct ValidatorLineTests {
    static let figures = PeerFigures(
        peer: peer(2), isConnected: true, incarnation: 71, accepted: 8, heard: 7, missing: 1,
        roundTripMicroseconds: 231)
    static let unknown = PeerFigures(
        peer: peer(3), isConnected: false, incarnation: nil, accepted: 0, heard: 0, missing: 0,
        roundTripMicroseconds: nil)
    static let standing: ChainStatus = {
        var chain = chain(120, evidence: 1)
        (chain.epoch, chain.view, chain.leader, chain.waiting) = (1, 21, peer(3), 2)
        (chain.finalityMicroseconds, chain.longestGapMilliseconds) = (8_210, 12)
        chain.finalities.add(microseconds: 8_210)
        chain.marks = [HeightMark(height: 112, digest: ChainDigest(of: [1]))]
        return chain
    }()
    static let lines: [ValidatorLine] = [
        .ready(
            index: 1, peer: peer(1), address: "127.0.0.1:4101", incarnation: 70, http: "127.0.0.1:5101",
            chain: "127.0.0.1:6101"),
        .connected(peer(2)),
        .disconnected(peer(2), reason: "silent"),
        .status(
            ValidatorStatus(
                seconds: 1.5, chain: standing, sent: 18, received: 17, refused: 2, isQuiet: true,
                peers: [figures, unknown])),
        .chain(.epoch(2, joined: [peer(4)], left: [])),
        .chain(.evidence(of: peer(3), .twoNotarizations, epoch: 1, view: 20)),
        .chain(.alarm("abstaining(1)")),
        .summary(
            ValidatorSummary(height: 120, connected: 3, sent: 18, received: 17, refused: 2, seconds: 1.5)),
    ]

    @Test(arguments: lines)
    func `what a validator prints is read back`(line: ValidatorLine) {
        #expect(ValidatorLine(reading: Array(line.json.text.utf8)) == line)
    }

    @Test(arguments: [
        "", "{}", "nonsense", "[]", #"{"event":"unheard"}"#, #"{"event":"ready"}"#,
        #"{"event":"connected","peer":"00"}"#,
        #"{"event":"connected","peer":7}"#, #"{"event":"status","seconds":1}"#,
    ])
    func `anything else is not a line of a validator`(text: String) {
        #expect(ValidatorLine(reading: Array(text.utf8)) == nil)
    }

    @Test func `every truncation is refused`() {
        for line in Self.lines {
            let bytes = Array(line.json.text.utf8)
            for count in bytes.indices { #expect(ValidatorLine(reading: Array(bytes.prefix(count))) == nil) }
        }
    }

    @Test func `the mean round trip is that of the peers that have one`() {
        var status = ValidatorStatus(
            seconds: 1, sent: 0, received: 0, refused: 0, isQuiet: false, peers: [Self.unknown])
        #expect(status.roundTripMicroseconds == nil)
        status.peers.append(Self.figures)
        #expect(status.roundTripMicroseconds == 231)
        #expect(status.connected == 1)
    }
}
