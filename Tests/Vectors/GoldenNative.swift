/// `wire-native.json`: bytes that make_native.py makes. Hexadecimal; numbers of 64 bits as text.
public struct GoldenNative: Decodable, Sendable {
    public let items: Items
    public let discovery: Discovery
    public let handshakes: [Handshake]

    public static func read() throws -> GoldenNative {
        try VectorFile.golden("wire-native.json")
    }

    public struct Items: Decodable, Sendable {
        public let hellos: [Hello]
        public let pings: [Ping]
        public let goodbyes: [Goodbye]
        public let paddings: [Padding]
        public let messages: [Message]
        public let compressed: Compressed
        public let pieces: [Pieces]
    }

    public struct Hello: Decodable, Sendable {
        public let lowest, highest: UInt8
        public let features: String
        public let recordLimit: Int
        public let agent: String
        public let channels: [Channel]
        public let item: String
    }

    public struct Channel: Decodable, Sendable {
        public let number: String
        public let largest: UInt32
        public let flags: UInt8
    }

    public struct Ping: Decodable, Sendable {
        public let number, ping, pong: String
    }

    public struct Goodbye: Decodable, Sendable {
        public let name, item: String
    }

    public struct Padding: Decodable, Sendable {
        public let count: Int
        public let item: String
    }

    public struct Message: Decodable, Sendable {
        public let priority: UInt8
        public let channel, bytes, item: String
    }

    public struct Compressed: Decodable, Sendable {
        public let channel, original, payload, item: String
    }

    public struct Pieces: Decodable, Sendable {
        public let priority: UInt8
        public let channel, bytes: String
        public let items: [String]
    }

    public struct Discovery: Decodable, Sendable {
        public let namespace: String
        public let greetings: [Greeting]
        public let bitVectors: [BitVector]
        public let peers: [Peers]
    }

    public struct Greeting: Decodable, Sendable {
        public let seed, ingress, timeMs, item: String
    }

    public struct BitVector: Decodable, Sendable {
        public let index, bits, item: String
    }

    /// An answer with the records of the first so many greetings.
    public struct Peers: Decodable, Sendable {
        public let count: Int
        public let item: String
    }

    public struct Handshake: Decodable, Sendable {
        public let version: UInt8
        public let namespace, dialerSeed, listenerSeed: String
        public let dialerEphemeralSecret, listenerEphemeralSecret: String
        public let dialerTimeMs, listenerTimeMs: UInt64
        public let hello, syn, synAck, ack: String
        public let dialerRecords: [Record]
    }

    public struct Record: Decodable, Sendable {
        public let plaintext, wire: String
    }
}
