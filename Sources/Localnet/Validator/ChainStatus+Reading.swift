import ConclaveChain
import ConclaveChainApplication
import ConclaveCodec
import ConclaveCryptography

/// A chain's status as a validator printed it.
struct RawChainStatus: Decodable {
    var height, epoch, view: UInt64
    var leader: String?
    var stake: UInt64?
    var voting, stranded: Bool
    var waiting, evidence: Int
    var finalityMicroseconds, longestGapMilliseconds: Int?
    var finalities: [Count]
    var marks: [Mark]

    struct Count: Decodable {
        var place, count: Int
    }

    struct Mark: Decodable {
        var height: UInt64
        var digest: String
    }

    var status: ChainStatus {
        var status = ChainStatus()
        (status.height, status.epoch, status.view) = (height, epoch, view)
        status.leader = leader.flatMap(PublicKey.init(hex:))
        status.stake = stake
        (status.isVoting, status.isStranded) = (voting, stranded)
        (status.waiting, status.evidence) = (waiting, evidence)
        status.finalityMicroseconds = finalityMicroseconds
        status.longestGapMilliseconds = longestGapMilliseconds
        for entry in finalities { status.finalities.add(.init(place: entry.place, count: entry.count)) }
        status.marks = marks.compactMap { mark in
            Hex.bytes(mark.digest).flatMap { ChainDigest($0) }.map {
                HeightMark(height: mark.height, digest: $0)
            }
        }
        return status
    }
}
