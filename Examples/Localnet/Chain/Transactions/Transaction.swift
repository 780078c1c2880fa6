public import ConclaveCodec
public import ConclaveCryptography

/// What an account wants done, on one chain and once.
public struct Transaction: Hashable, Sendable {
    /// What is to be done.
    public enum Operation: Hashable, Sendable {
        /// Gives a part of the balance away.
        case transfer(to: PublicKey, amount: UInt64)
        /// Moves a part of the balance to the stake. The first time says how the validator is reached.
        case bond(amount: UInt64, ProvenContact?)
        /// Takes a part of the stake, or all of it, on its way back.
        case unbond(amount: UInt64)
        /// Changes how the validator is reached, from the next roster on that is announced.
        case rotate(ProvenContact)
    }

    /// The chain that it is for.
    public let chain: ChainDigest
    /// Whose it is; this key signs it.
    public let sender: PublicKey
    /// How many of the sender's were included before it.
    public let nonce: UInt64
    public let operation: Operation

    public init(chain: ChainDigest, sender: PublicKey, nonce: UInt64, _ operation: Operation) {
        self.chain = chain
        self.sender = sender
        self.nonce = nonce
        self.operation = operation
    }
}

extension Transaction: WireValue {
    private enum Tag {
        static let transfer: UInt8 = 1
        static let bond: UInt8 = 2
        static let unbond: UInt8 = 3
        static let rotate: UInt8 = 4
    }

    /// `chain ‖ sender ‖ varint(nonce) ‖ tag ‖ operation`.
    public func encode(into writer: inout Writer) {
        chain.encode(into: &writer)
        sender.encode(into: &writer)
        writer.varint(nonce)
        switch operation {
        case .transfer(let recipient, let amount):
            writer.byte(Tag.transfer)
            recipient.encode(into: &writer)
            writer.varint(amount)
        case .bond(let amount, let contact):
            writer.byte(Tag.bond)
            writer.varint(amount)
            writer.optional(contact)
        case .unbond(let amount):
            writer.byte(Tag.unbond)
            writer.varint(amount)
        case .rotate(let contact):
            writer.byte(Tag.rotate)
            contact.encode(into: &writer)
        }
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        chain = try ChainDigest(from: &reader)
        sender = try PublicKey(from: &reader)
        nonce = try reader.varint64()
        let tag = try reader.byte()
        switch tag {
        case Tag.transfer:
            operation = .transfer(to: try PublicKey(from: &reader), amount: try reader.amount())
        case Tag.bond: operation = .bond(amount: try reader.amount(), try reader.optional())
        case Tag.unbond: operation = .unbond(amount: try reader.amount())
        case Tag.rotate: operation = .rotate(try ProvenContact(from: &reader))
        case _: throw .unknownTag(tag)
        }
    }
}
