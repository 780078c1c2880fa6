/// `consensus.json`: digests, votes and certificates that make_consensus.py makes. Hexadecimal; numbers of 64
/// bits as text.
public struct GoldenConsensus: Decodable, Sendable {
    public let chain: String
    public let epoch: UInt64
    public let seeds, keys: [String]
    public let weights: [UInt64]
    public let set, setDigest, nextSetDigest: String
    public let headers: [Header]
    public let block: String
    public let votes: [Vote]
    public let certificates: [Certificate]
    public let origin, seed: String
    public let roundRobin, weighted, heavy: [Int]

    public static func read() throws -> GoldenConsensus {
        try VectorFile.golden("consensus.json")
    }

    public struct Header: Decodable, Sendable {
        public let header, digest: String
    }

    public struct Vote: Decodable, Sendable {
        public let kind: UInt8
        public let view, parentView, payload: String
        public let signer: UInt16
        public let signed, vote: String
    }

    public struct Certificate: Decodable, Sendable {
        public let signers: [Int]
        public let certificate: String
    }
}
