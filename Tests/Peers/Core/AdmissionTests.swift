import ConclaveCodec
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import Testing

@Suite struct AdmissionTests {
    @Test func `private addresses are refused in production and welcome in a local network`() throws {
        let loopback = IPAddress.loopback
        var production = try admission(.production), local = try admission(.local)
        let verdicts = [
            production.arrived(from: loopback, peersExpected: 1, at: at(0)),
            local.arrived(from: loopback, peersExpected: 1, at: at(0)),
        ]
        #expect(verdicts == [.refused(.privateAddress), .admitted])
    }

    @Test func `an IP that nobody is expected from takes no place and no memory`() throws {
        var admission = try admission(.production)
        for number in 0..<1_000 {
            let verdict = admission.arrived(from: ip(number), peersExpected: 0, at: at(0))
            #expect(verdict == .refused(.unexpectedIP))
        }
        #expect(admission.handshakes == 0)
        #expect(admission.arrived(from: ip(1), peersExpected: 1, at: at(0)) == .admitted)
    }

    @Test func `changed quotas count at once, and what is under way goes on`() throws {
        var admission = try admission(.production)
        #expect(admission.arrived(from: ip(1), peersExpected: 1, at: at(0)) == .admitted)
        #expect(admission.arrived(from: ip(1), peersExpected: 1, at: at(1)) == .refused(.ipRate))
        var profile = Profile.production
        profile.handshakesPerIP = Rate(10, per: .seconds(1))
        profile.maxConcurrentHandshakes = 3
        admission.changeQuotas(to: profile)
        #expect(admission.handshakes == 1)
        for _ in 0..<2 { #expect(admission.arrived(from: ip(2), peersExpected: 1, at: at(2)) == .admitted) }
        #expect(admission.arrived(from: ip(3), peersExpected: 1, at: at(2)) == .refused(.tooManyHandshakes))
    }

    @Test func `no more handshakes run at once than the configuration says, and each end makes room for one`()
        throws
    {
        var admission = try admission(.production)
        for number in 0..<512 {
            let verdict = admission.arrived(from: ip(number), peersExpected: 1, at: at(0))
            #expect(verdict == .admitted)
        }
        let full = admission.arrived(from: ip(600), peersExpected: 1, at: at(0))
        #expect(full == .refused(.tooManyHandshakes))
        admission.ended()
        let first = admission.arrived(from: ip(600), peersExpected: 1, at: at(0))
        let second = admission.arrived(from: ip(601), peersExpected: 1, at: at(0))
        #expect(first == .admitted && second == .refused(.tooManyHandshakes))
        #expect(admission.handshakes == 512)
    }

    @Test func `A50 silent connections from many subnets leave a quarter of the places to who is expected`()
        throws
    {
        var admission = try admission(.production)
        let others = (0..<512).map { admission.arrived(from: ip($0 * 256), peersExpected: nil, at: at(0)) }
        #expect(others.prefix(384).allSatisfy { $0 == .admitted })
        #expect(others.dropFirst(384).allSatisfy { $0 == .refused(.tooManyHandshakes) })
        let expected = (0..<129).map {
            admission.arrived(from: ip($0 * 256 + 1), peersExpected: 1, at: at(0))
        }
        #expect(expected.prefix(128).allSatisfy { $0 == .admitted })
        #expect(expected.last == .refused(.tooManyHandshakes))
    }

    @Test func `an end too many does not make room for more than the limit`() throws {
        var admission = try admission(.production)
        for _ in 0..<9 { admission.ended() }
        #expect(admission.handshakes == 0)
    }

    @Test func `one handshake in five seconds per IP, as often as peers share it`() throws {
        let times = [0, 1, 4_999, 5_000, 5_001]
        var one = try admission(.production), three = try admission(.production)
        let alone = times.map { one.arrived(from: ip(1), peersExpected: 1, at: at($0)) == .admitted }
        #expect(alone == [true, false, false, true, false])
        let shared = times.map { three.arrived(from: ip(1), peersExpected: 3, at: at($0)) == .admitted }
        #expect(shared == [true, true, true, true, true])
    }

    @Test func `a subnet has a rate of its own, which one of its machines cannot use up alone`() throws {
        var admission = try admission(.production)
        for _ in 0..<1_000 { _ = admission.arrived(from: ip(0), peersExpected: nil, at: at(0)) }
        let verdicts = (1..<100).map { admission.arrived(from: ip($0), peersExpected: nil, at: at(0)) }
        #expect(verdicts.prefix(63).allSatisfy { $0 == .admitted })
        #expect(verdicts.dropFirst(63).allSatisfy { $0 == .refused(.subnetRate) })
        #expect(admission.arrived(from: ip(256), peersExpected: nil, at: at(0)) == .admitted)
    }

    @Test func `A50 a neighbour in the subnet cannot lock out who is expected`() throws {
        var admission = try admission(.production)
        for number in 1..<200 { _ = admission.arrived(from: ip(number), peersExpected: nil, at: at(0)) }
        #expect(admission.arrived(from: ip(200), peersExpected: nil, at: at(0)) == .refused(.subnetRate))
        #expect(admission.arrived(from: ip(201), peersExpected: 1, at: at(0)) == .admitted)
    }

    @Test func `a subnet of IPv6 is a 48`() throws {
        func address(_ group: UInt8, _ host: UInt8) throws -> IPAddress {
            let bytes = [0x26, 0x06, 0x47, 0, 0, group] + [UInt8](repeating: host, count: 10)
            return try #require(IPAddress(networkOrder: bytes))
        }
        var admission = try admission(.production)
        for host in 1...64 {
            _ = admission.arrived(from: try address(1, UInt8(host)), peersExpected: nil, at: at(0))
        }
        let inside = admission.arrived(from: try address(1, 65), peersExpected: nil, at: at(0))
        let outside = admission.arrived(from: try address(2, 65), peersExpected: nil, at: at(0))
        #expect(inside == .refused(.subnetRate) && outside == .admitted)
    }

    /// One arrival in each place: which check speaks first, and what it costs whom.
    static let arrivals:
        [(name: String, PrivateAddresses, IPAddress, expected: Int?, full: Bool, AdmissionRefusal?)] = [
            ("private, welcome", .allowed, .loopback, 1, false, nil),
            ("private", .refused, .loopback, 1, false, .privateAddress),
            ("private comes before unexpected", .refused, .loopback, 0, false, .privateAddress),
            ("private comes before full", .refused, .loopback, nil, true, .privateAddress),
            ("unexpected", .refused, ip(1), 0, false, .unexpectedIP),
            ("unexpected comes before full", .refused, ip(1), 0, true, .unexpectedIP),
            ("full", .refused, ip(1), 1, true, .tooManyHandshakes),
            ("full comes before the rate", .refused, ip(999), nil, true, .tooManyHandshakes),
            ("an IP that was here", .refused, ip(999), nil, false, .ipRate),
            ("a subnet that is used up", .refused, ip(100), nil, false, .subnetRate),
            ("the same subnet, expected", .refused, ip(100), 1, false, nil),
            ("another subnet", .refused, ip(2_000), nil, false, nil),
        ]

    @Test func `the cheapest check speaks first`() throws {
        for (name, privateAddresses, address, expected, full, refusal) in Self.arrivals {
            var profile = Profile.production
            profile.privateAddresses = privateAddresses
            profile.maxConcurrentHandshakes = 100
            var admission = try admission(profile)
            for number in 0..<64 { _ = admission.arrived(from: ip(number), peersExpected: nil, at: at(0)) }
            _ = admission.arrived(from: ip(999), peersExpected: nil, at: at(0))
            while full, admission.handshakes < 100 {
                _ = admission.arrived(from: ip(0x10000 + admission.handshakes), peersExpected: 1, at: at(0))
            }
            let before = admission.handshakes
            let verdict = admission.arrived(from: address, peersExpected: expected, at: at(0))
            #expect(verdict == refusal.map { .refused($0) } ?? .admitted, "\(name)")
            #expect(admission.handshakes == before + (refusal == nil ? 1 : 0), "\(name)")
        }
    }

    @Test func `whoever a proxy names is checked like anyone, and the proxy is charged a place alone`() throws
    {
        var admission = try admission(.production)
        for _ in 0..<100 {
            let verdict = admission.arrivedThroughProxy()
            #expect(verdict == .admitted)
        }
        let steps = [
            admission.named(.loopback, peersExpected: 1, at: at(0)),
            admission.named(ip(1), peersExpected: 0, at: at(0)),
            admission.named(ip(1), peersExpected: 1, at: at(0)),
            admission.named(ip(1), peersExpected: 1, at: at(1)),
        ]
        #expect(steps == [.privateAddress, .unexpectedIP, nil, .ipRate])
        #expect(admission.handshakes == 100)
        for _ in 0..<284 { _ = admission.arrivedThroughProxy() }
        let full = admission.arrivedThroughProxy()
        #expect(full == .refused(.tooManyHandshakes))
    }

    @Test(arguments: 0..<30)
    func `A50 no rate is ever exceeded and nobody who is expected is locked out, however the clock jumps`(
        seed: UInt64
    ) throws {
        var random = SplitMix64(seed: seed), trial = try AdmissionTrial(using: &random)
        for step in 0..<1_500 { try #require(trial.step(using: &random) == nil, "step \(step)") }
        #expect(trial.admitted > 20)
    }

    @Test func `a table stays within its bound and forgets the longest unused`() {
        var table = RateTable(capacity: 100)
        let rate = Rate(1, per: .seconds(3_600))
        for number in 0..<10_000 {
            let often = table.take(of: rate, for: ip(70_000), at: at(number))
            #expect((often == .granted) == (number == 0))
            let grant = table.take(of: rate, for: ip(number), at: at(number))
            #expect(grant == .granted)
            #expect(table.count <= 100)
        }
        #expect(table.take(of: rate, for: ip(9_999), at: at(10_000)) != .granted)
        #expect(table.take(of: rate, for: ip(5), at: at(10_000)) == .granted)
    }

    @Test func `labels are stable`() {
        let labels = ["private_address", "unexpected_ip", "too_many_handshakes", "ip_rate", "subnet_rate"]
        #expect(AdmissionRefusal.allCases.map(\.rawValue) == labels)
    }

    private func admission(_ profile: Profile) throws -> Admission {
        Admission(configuration: try configuration(profile))
    }
}
