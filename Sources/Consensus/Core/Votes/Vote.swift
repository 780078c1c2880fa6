public import ConclaveCodec
public import ConclaveCryptography

/// What one validator says about one view, signed. What it signs is ``Committee/statement(of:)``.
public struct Vote: Hashable, WireValue {
    public let subject: Subject
    /// Where the signer stands in the epoch's set.
    public let signer: UInt16
    public let signature: Signature

    public init(_ subject: Subject, signer: UInt16, signature: Signature) {
        self.subject = subject
        self.signer = signer
        self.signature = signature
    }

    /// Appends `subject ‖ signer ‖ signature`: 83 bytes for nullify, 123 for the others.
    public func encode(into writer: inout Writer) {
        subject.encode(into: &writer)
        writer.integer(signer)
        signature.encode(into: &writer)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        subject = try Subject(from: &reader)
        signer = try reader.integer()
        signature = try Signature(from: &reader)
    }
}
