internal import ConclaveCodec
package import ConclaveConsensusCore
package import ConclaveCryptography
package import ConclaveFuzzing
internal import ConclavePrimitives

extension Choices {
    /// One of a few digests, so that some are met twice.
    package mutating func digest() -> Digest {
        let number = byte()
        return number == 0 ? .zero : Digest(of: [number % 16])
    }

    /// A small number, or any.
    package mutating func place() -> UInt64 {
        let number = byte()
        return number == 255 ? integer() : UInt64(number % 16)
    }

    package mutating func subject() -> Subject {
        let epoch = Epoch(place()), view = View(place())
        switch number(below: 3) {
        case 0: return .nullify(epoch, view)
        case 1: return .notarize(proposal(epoch, view))
        default: return .finalize(proposal(epoch, view))
        }
    }

    private mutating func proposal(_ epoch: Epoch, _ view: View) -> Proposal {
        Proposal(epoch: epoch, view: view, parentView: View(place()), payload: digest())
    }

    /// 64 bytes that nobody signed.
    package mutating func signature() -> Signature {
        let bytes = pattern(Signature.byteCount, seed: UInt64(byte()))
        guard let signature = Signature(bytes) else { preconditionFailure("a signature has 64 bytes") }
        return signature
    }

    package mutating func vote() -> Vote {
        Vote(subject(), signer: integer(), signature: signature())
    }

    /// Of a set of any size up to `limit`, signed by nobody.
    package mutating func certificate(of limit: Int) -> Certificate {
        let subject = subject(), count = number(below: limit + 1), step = number(in: 1...5)
        let signature = signature()
        return Certificate(
            subject, count: count, votes: stride(from: 0, to: count, by: step).map { ($0, signature) })
    }

    package mutating func header(parent: Digest? = nil, body: [UInt8] = []) -> Header {
        Header(
            chain: digest(), height: Height(place()), epoch: Epoch(place()), parent: parent ?? digest(),
            bodyRoot: Digest(of: body), stateRoot: digest(), setDigest: digest(), nextSetDigest: digest(),
            time: WallTime(milliseconds: place()))
    }

    package mutating func block(parent: Digest? = nil) -> Block {
        let body = pattern(number(below: 160), seed: 1)
        return Block(trusted: header(parent: parent, body: body), body: body)
    }

    package mutating func ask() -> Ask {
        switch number(below: 4) {
        case 0: .certificate(Epoch(place()), View(place()), element(of: Ask.Wanted.allCases))
        case 1: .closing(Epoch(place()))
        case 2: .block(digest())
        default: .ancestry(digest(), above: Height(place()))
        }
    }

    /// Nil where weights or keys are none of a set.
    package mutating func validators() -> ValidatorSet? {
        let members = (0..<number(below: 12)).map { _ in
            ValidatorSet.Member(key(), weight: once(in: 4) ? integer() : UInt64(byte()))
        }
        return try? ValidatorSet(members)
    }

    private mutating func key() -> PublicKey {
        guard let key = PublicKey(pattern(PublicKey.byteCount, seed: UInt64(byte()))) else {
            preconditionFailure("a key has 32 bytes")
        }
        return key
    }

    /// The same bytes with a few changes.
    package mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<number(in: 1...3) where !bytes.isEmpty {
            let position = number(below: bytes.count)
            switch number(below: 8) {
            case 0: bytes.removeLast(bytes.count - position)
            case 1: bytes.append(byte())
            case 2: bytes.remove(at: position)
            case 3: bytes.insert(byte(), at: position)
            case 4: bytes[position] ^= 1 << (byte() % 8)
            default: bytes[position] = byte()
            }
        }
        return bytes
    }
}
