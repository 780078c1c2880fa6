internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials
internal import ConclaveTransport

/// Records of everybody at several times and places, signed once: that costs more than an input.
struct SignedRecords {
    static let known = try? SignedRecords()

    let own, stranger: PeerID
    let all: [PeerID]
    let announced: AddressRecord
    let records: [AddressRecord]
    private let forged: Set<AddressRecord>

    /// Seconds apart: the last is further ahead of the first than clocks may be.
    private static let times = [0, 2, 4, 6, 12]
    private static let synchronyBound = Duration.seconds(5)

    private init() throws {
        let keys = try (1...6).map { try signingKey($0) }
        let namespace = try Namespace("TEST"), elsewhere = try Namespace("ELSEWHERE")
        all = keys.map(\.publicKey)
        own = all[0]
        stranger = all[5]
        var records: [AddressRecord] = [], forged: Set<AddressRecord> = []
        for key in keys {
            for (place, time) in Self.times.enumerated() {
                let ingress = Ingress.socket(SocketAddress(ip(place % 2 + 1), port: 1))
                let time = Self.wall(time)
                records.append(AddressRecord(ingress: ingress, time: time, key: key, namespace: namespace))
            }
            let ingress = Ingress.socket(SocketAddress(ip(3), port: 1))
            let wrong = AddressRecord(
                ingress: ingress, time: Self.wall(4), key: key, namespace: elsewhere)
            records.append(wrong)
            forged.insert(wrong)
        }
        announced = records[0]
        (self.records, self.forged) = (records, forged)
    }

    var others: [PeerID] { all.filter { $0 != own } }

    private static func wall(_ seconds: Int) -> WallTime {
        WallTime(milliseconds: 1_800_000_000_000 + UInt64(seconds) * 1_000)
    }

    func time(_ place: Int) -> WallTime { Self.wall(Self.times[place % Self.times.count]) }

    /// What is wrong with a record, in the order in which it is looked at.
    func fault(of record: AddressRecord, wanted: Bool, at now: WallTime) -> PeerFault? {
        if record.peer == own { return .addressRecord(.ofOurselves) }
        guard wanted else { return nil }
        if record.time > now.advanced(by: Self.synchronyBound) { return .addressRecord(.fromFuture) }
        return forged.contains(record) ? .addressRecord(.signature) : nil
    }
}
