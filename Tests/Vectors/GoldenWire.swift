/// `wire-commonware.json`: bytes that a running commonware node exchanged. Hexadecimal.
public struct GoldenWire: Decodable, Sendable {
    public let namespace: String
    public let handshake: Handshake
    public let discovery: Discovery

    public static func read() throws -> GoldenWire {
        try VectorFile.golden("wire-commonware.json")
    }

    public struct Handshake: Decodable, Sendable {
        public let dialerSeed, dialerPublic, listenerSeed, listenerPublic: String
        public let dialerEphemeralSecret, listenerEphemeralSecret: String
        public let dialerTimeMs, listenerTimeMs: UInt64
        public let syn, synAck, ack: String
        public let sealed: [Sealed]
    }

    public struct Sealed: Decodable, Sendable {
        public let direction: String
        public let counter: UInt64
        public let plaintextUtf8, ciphertext: String
    }

    public struct Discovery: Decodable, Sendable {
        public let peerSetSorted: [String]
        public let greetingAcceptedByCommonware: Greeting
        public let greetingFromCommonware: Message
        public let bitVectorFromCommonware, peersFromCommonware: Message
    }

    public struct Greeting: Decodable, Sendable {
        public let ingress: String
        public let timestampMs: UInt64
        public let signerSeed, plaintext: String
    }

    public struct Message: Decodable, Sendable {
        public let plaintext: String
    }
}
