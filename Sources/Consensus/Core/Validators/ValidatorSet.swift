public import ConclaveCodec
public import ConclaveCryptography
internal import ConclavePrimitives

/// The validators of one epoch in ascending order of their keys, with their weights.
public struct ValidatorSet: Hashable, WireValue {
    public struct Member: Hashable, Sendable {
        public let key: PublicKey
        /// At least 1.
        public let weight: UInt64

        public init(_ key: PublicKey, weight: UInt64 = 1) {
            self.key = key
            self.weight = weight
        }
    }

    /// How many there may be: a vote names its signer in 16 bits.
    public static let countMax = 65_535
    /// What all weigh together stays below this, so that three times a sum of weights is still a `UInt64`.
    public static let weightLimit: UInt64 = 1 << 62

    /// At least one.
    public let members: [Member]
    /// `weightsThrough[i]` is what the members up to and with number i weigh.
    package let weightsThrough: [UInt64]

    /// Puts `members` in order.
    ///
    /// - Throws: what no set has: no member or too many, a key twice, a weight of 0, too much weight.
    public init(_ members: [Member]) throws(ValidatorSetFault) {
        try self.init(ordered: members.sorted { $0.key < $1.key })
    }

    private init(ordered members: [Member]) throws(ValidatorSetFault) {
        guard !members.isEmpty, members.count <= Self.countMax else { throw .count(members.count) }
        var sum: UInt64 = 0
        var sums: [UInt64] = []
        sums.reserveCapacity(members.count)
        for (place, member) in members.enumerated() {
            if place > 0, members[place - 1].key >= member.key { throw .notAscending(member.key) }
            guard member.weight > 0 else { throw .weightless(member.key) }
            guard member.weight < Self.weightLimit - sum else { throw .tooHeavy }
            sum += member.weight
            sums.append(sum)
        }
        self.members = members
        weightsThrough = sums
    }

    public var count: Int { members.count }

    /// Below 2^62.
    public var totalWeight: UInt64 { weightsThrough.last ?? 0 }

    /// Where `key` stands; nil if it is not in the set. O(log n).
    public func index(of key: PublicKey) -> Int? {
        let place = members.firstPlace(notBelow: key) { $0.key }
        return place < members.count && members[place].key == key ? place : nil
    }

    /// Whether `weight` is more than two thirds of all: any two quorums then share more than a third, and so
    /// an honest validator.
    public func isQuorum(_ weight: UInt64) -> Bool {
        weight >= totalWeight || 3 * weight > 2 * totalWeight
    }

    /// The weight of the members whose bits are set.
    public func weight(of signers: Bitmap) -> UInt64 {
        var weight: UInt64 = 0
        for place in 0..<min(count, signers.count) where signers[place] { weight += members[place].weight }
        return weight
    }

    /// `H("simplex.set.v1" ‖ chain ‖ epoch ‖ n ‖ (key ‖ weight)…)`.
    public func digest(chain: Digest, epoch: Epoch) -> Digest {
        var writer = Writer(capacity: 64 + count * 40)
        writer.append("simplex.set.v1".utf8)
        chain.encode(into: &writer)
        epoch.encode(into: &writer)
        encode(into: &writer)
        return Digest(of: writer.bytes)
    }

    /// Appends `n as u32 ‖ (key ‖ weight as u64)…`.
    public func encode(into writer: inout Writer) {
        writer.integer(UInt32(count))
        for member in members {
            member.key.encode(into: &writer)
            writer.integer(member.weight)
        }
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        let count = try reader.integer(UInt32.self)
        guard count <= UInt32(Self.countMax) else {
            throw .aboveLimit(value: UInt64(count), limit: UInt64(Self.countMax))
        }
        let missing = Int(count) * (PublicKey.byteCount + 8) - reader.remaining
        guard missing <= 0 else { throw .truncated(missing: missing) }
        var members: [Member] = []
        members.reserveCapacity(Int(count))
        for _ in 0..<count {
            members.append(Member(try PublicKey(from: &reader), weight: try reader.integer()))
        }
        do throws(ValidatorSetFault) {
            try self.init(ordered: members)
        } catch {
            throw error.asDecodeError
        }
    }
}
