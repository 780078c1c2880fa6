internal import CConclaveSodium
internal import ConclaveCodec

// libsodium's strict rules (Docs/Decisions/0003): canonical S, R and key, none of small order, no cofactor.
extension PublicKey {
    /// Whether the owner of this key signed `message` under `namespace`.
    public func verifies(_ signature: Signature, of message: [UInt8], namespace: Namespace) -> Bool {
        verifies(signature, payload: SignedPayload.bytes(message, in: namespace))
    }

    /// Whether the owner of this key signed a handshake transcript with this summary.
    package func verifiesTranscript(_ signature: Signature, summary: [UInt8]) -> Bool {
        verifies(signature, payload: SignedPayload.bytes(transcript: summary))
    }

    /// Plain Ed25519 without a namespace: what the published vectors test. Everything else comes in by the
    /// two above.
    package func verifies(_ signature: Signature, payload: [UInt8]) -> Bool {
        Sodium.start()
        return unsafe crypto_sign_ed25519_verify_detached(
            signature.bytes, payload, UInt64(payload.count), bytes) == 0
    }
}
