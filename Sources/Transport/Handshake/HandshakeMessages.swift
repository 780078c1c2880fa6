internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclavePrimitives

/// `version ‖ public key`: the dialer's first word in the `native` profile.
struct VersionedKey: WireValue {
    static let byteCount = 1 + PublicKey.byteCount

    let version: UInt8
    let key: PublicKey

    init(version: UInt8, key: PublicKey) {
        self.version = version
        self.key = key
    }

    init(from reader: inout Reader) throws(DecodeError) {
        version = try reader.byte()
        key = try PublicKey(from: &reader)
    }

    func encode(into writer: inout Writer) {
        writer.byte(version)
        key.encode(into: &writer)
    }
}

/// `time ‖ ephemeral key ‖ signature`: what either side says of itself.
struct Syn: WireValue {
    static let byteCount = 8 + EphemeralPublicKey.byteCount + Signature.byteCount

    let time: WallTime
    let ephemeral: EphemeralPublicKey
    let signature: Signature

    init(time: WallTime, ephemeral: EphemeralPublicKey, signature: Signature) {
        self.time = time
        self.ephemeral = ephemeral
        self.signature = signature
    }

    init(from reader: inout Reader) throws(DecodeError) {
        time = WallTime(milliseconds: try reader.integer())
        ephemeral = try EphemeralPublicKey(from: &reader)
        signature = try Signature(from: &reader)
    }

    func encode(into writer: inout Writer) {
        writer.integer(time.milliseconds)
        ephemeral.encode(into: &writer)
        signature.encode(into: &writer)
    }
}

/// The listener's Syn, and the proof that it knows the secret.
struct SynAck: WireValue {
    static let byteCount = Syn.byteCount + Confirmation.byteCount

    let syn: Syn
    let confirmation: Confirmation

    init(syn: Syn, confirmation: Confirmation) {
        self.syn = syn
        self.confirmation = confirmation
    }

    init(from reader: inout Reader) throws(DecodeError) {
        syn = try Syn(from: &reader)
        confirmation = try Confirmation(from: &reader)
    }

    func encode(into writer: inout Writer) {
        syn.encode(into: &writer)
        confirmation.encode(into: &writer)
    }
}

/// The proof that its sender knows the secret, and heard what we heard. The dialer's is the Ack.
struct Confirmation: WireValue {
    static let byteCount = 32

    let bytes: [UInt8]

    init(_ transcript: Transcript) {
        bytes = transcript.summary
    }

    init(from reader: inout Reader) throws(DecodeError) {
        bytes = try reader.array(Self.byteCount)
    }

    func encode(into writer: inout Writer) {
        writer.append(bytes)
    }

    func matches(_ other: Confirmation) -> Bool {
        bytes.equalsInConstantTime(other.bytes)
    }
}
