public import ConclaveCodec
public import ConclaveCryptography
import ConclavePrimitives

/// Who validates in an epoch: fixed when it is announced, whatever becomes of the stakes.
public struct Roster: Hashable, Sendable {
    /// A validator of an epoch.
    public struct Seat: Hashable, Sendable, WireValue {
        public let contact: Contact
        /// The stake when the roster was announced; at least 1.
        public let weight: UInt64
        public let account: PublicKey

        public init(contact: Contact, weight: UInt64, account: PublicKey) {
            self.contact = contact
            self.weight = weight
            self.account = account
        }

        public init(from reader: inout Reader) throws(DecodeError) {
            contact = try Contact(from: &reader)
            weight = try reader.amount()
            guard weight > 0 else { throw .belowLimit(value: 0, limit: 1) }
            account = try PublicKey(from: &reader)
        }

        public func encode(into writer: inout Writer) {
            contact.encode(into: &writer)
            writer.varint(weight)
            account.encode(into: &writer)
        }
    }

    public let epoch: UInt64
    /// In ascending order of their network keys, none twice.
    public let seats: [Seat]
    /// Of epoch and seats.
    public let digest: ChainDigest

    /// - Parameter seats: in any order, no network key twice.
    init(epoch: UInt64, seats: [Seat]) {
        self.epoch = epoch
        self.seats = seats.sorted { $0.contact.networkKey < $1.contact.networkKey }
        digest = DigestDomain.roster.digest(of: Self.bytes(epoch, self.seats))
    }

    /// The sum of all weights; below 2^52.
    public var weight: UInt64 { seats.reduce(0) { $0 + $1.weight } }

    /// The seat of a network key.
    public func seat(of networkKey: PublicKey) -> Seat? {
        let place = seats.firstPlace(notBelow: networkKey) { $0.contact.networkKey }
        return place < seats.count && seats[place].contact.networkKey == networkKey ? seats[place] : nil
    }

    private static func bytes(_ epoch: UInt64, _ seats: [Seat]) -> [UInt8] {
        var writer = Writer()
        writer.varint(epoch)
        writer.varint(UInt64(seats.count))
        for seat in seats { seat.encode(into: &writer) }
        return writer.bytes
    }
}

extension Roster: WireValue {
    public func encode(into writer: inout Writer) { writer.append(Self.bytes(epoch, seats)) }

    /// From a disk, never from a peer.
    public init(from reader: inout Reader) throws(DecodeError) {
        let epoch = try reader.varint64()
        var seats: [Seat] = []
        var sum: UInt64 = 0
        for _ in 0..<(try reader.varint32(limit: UInt32(ChainTerms.seatsRange.upperBound))) {
            let seat = try Seat(from: &reader)
            guard seats.last.map({ $0.contact.networkKey < seat.contact.networkKey }) ?? true else {
                throw .notAscending
            }
            sum += seat.weight
            guard sum <= Account.supplyMax else { throw .aboveLimit(value: sum, limit: Account.supplyMax) }
            seats.append(seat)
        }
        self.init(epoch: epoch, seats: seats)
    }
}
