import Conclave
import ConclaveCodec
import ConclaveLocalnet
import Testing

@testable import ConclaveTool

@Suite struct DiagnosisTests {
    static func genesis() throws -> Genesis {
        let validators = (0..<4).map {
            #"{"publicKey":"\#(peer(UInt8($0 + 1)))","address":"127.0.0.1:\#(4_100 + $0)","weight":1}"#
        }
        let text = GenesisFileTests.text(validators: "[\(validators.joined(separator: ","))]")
        let folder = Folder()
        defer { withExtendedLifetime(folder) {} }
        return try Genesis(file: folder.write(text, "g"))
    }

    static func address(_ index: Int) -> SocketAddress {
        SocketAddress(.loopback, port: UInt16(4_100 + index))
    }

    static func answered(_ index: Int, ahead: Duration = .milliseconds(3)) -> ProbeOutcome {
        .answered(at: address(index), clockAhead: ahead, roundTrip: .microseconds(1_200))
    }

    /// What is said of validators 1 and on.
    static func findings(_ probes: ProbeOutcome..., profile: Profile = .local) throws -> [[Finding]] {
        let outcomes = probes.enumerated().map { Diagnosis.Outcome(index: $0 + 1, probe: $1) }
        let diagnosis = Diagnosis(genesis: try genesis(), profile: profile, outcomes: outcomes)
        return outcomes.map(diagnosis.findings)
    }

    static func report() throws -> DoctorReport {
        let probes = [answered(1), .unreachable(address(2)), .closedOnProof]
        let found = try findings(probes[0], probes[1], probes[2])
        let patients = zip(probes, found).enumerated().map { index, pair in
            DoctorReport.Patient(index: index + 1, probe: pair.0, findings: pair.1)
        }
        return DoctorReport(
            genesis: try genesis(), own: 0, key: "\(peer(1))",
            ourselves: [
                Finding(.ownAddress, .note, "it does not run; its own address 127.0.0.1:4100 is free")
            ], patients: patients)
    }

    @Test(arguments: [
        (answered(1), Finding.Subject.ok), (.unresolved("there is no host x"), .unresolved),
        (.unreachable(address(1)), .unreachable), (.timedOut, .timedOut), (.closedOnName, .notAuthorised),
        (.closedOnProof, .proofRefused), (.wrongAnswer(.badSignature), .misbehaved),
        (.failed("no descriptors"), .hostFailure),
        (answered(1, ahead: .milliseconds(2_501)), .clockSkew),
        (answered(1, ahead: .milliseconds(-2_501)), .clockSkew),
        (answered(1, ahead: .milliseconds(-2_500)), .ok),
    ])
    func `each outcome has a name`(probe: ProbeOutcome, subject: Finding.Subject) throws {
        let findings = try #require(try Self.findings(probe).first)
        #expect(findings.map(\.subject) == [subject])
        #expect(findings.map(\.weight) == [subject == .ok ? .good : .problem])
    }

    @Test func `who refuses our proof where others take it has another key`() throws {
        let found = try Self.findings(.closedOnProof, Self.answered(2))
        #expect(found[0].map(\.subject) == [.wrongKey])
        #expect(found[1].map(\.subject) == [.ok])
    }

    @Test func `two at one address are found, whatever their names`() throws {
        let found = try Self.findings(
            Self.answered(1), .answered(at: Self.address(1), clockAhead: .zero, roundTrip: .zero), .timedOut)
        #expect(found.map { $0.map(\.subject) } == [[.ok], [.ok, .sameAddress], [.timedOut]])
        #expect(found[1].last?.message == "validator 1 has the same address")
    }

    @Test func `a private address is a problem in production alone`() throws {
        #expect(
            try Self.findings(Self.answered(1), profile: .production)[0].map(\.subject) == [
                .ok, .privateAddress,
            ])
    }

    @Test func `too few descriptors are found`() {
        #expect(OwnNode.shortage(validators: 100, allowed: 464) == nil)
        let shortage = OwnNode.shortage(validators: 100, allowed: 463)
        #expect(shortage?.message == "463 descriptors are allowed, and 100 validators need 464")
    }
}
