import ConclaveArguments
import ConclaveChain
import ConclaveChainApplication
import ConclaveCodec
import ConclaveConsensusCore
import ConclaveLocalnet

/// Blocks as `conclave chain block --proof --json` prints them, a line each: the last one of each epoch, then
/// the one that is to be proven.
struct BlockProof: Sendable {
    fileprivate struct Step: Sendable {
        let proof: CertifiedHeader
        let nextSet: ValidatorSet?
    }

    private let steps: [Step]

    /// - Throws: 65 for what is no such file.
    init(_ bytes: [UInt8], from path: String) throws(Failure) {
        var steps: [Step] = []
        for line in bytes.split(separator: 0x0A) {
            guard let page = NodeSight.value(of: Array(line), as: ChainSight.Block.self),
                let step = Step(page)
            else {
                throw Failure(
                    .badInput, "line \(steps.count + 1) of \(quoted(path)) is no block with a certificate")
            }
            steps.append(step)
        }
        guard !steps.isEmpty else { throw Failure(.badInput, "\(quoted(path)) is empty") }
        self.steps = steps
    }

    /// The header of the block, which is final if the genesis is the right one.
    ///
    /// - Throws: 1 if it is not proven.
    func verify(against genesis: Genesis) throws(Failure) -> Header {
        guard let start = try? genesis.chain.epochStart else {
            throw Failure(.badInput, "the genesis names no set of validators")
        }
        var client = LightClient(
            committee: Committee(chain: start.origin.chain, epoch: 0, validators: start.validators),
            epochLength: genesis.chain.terms.schedule.length)
        var header = start.origin
        for (place, step) in steps.enumerated() {
            do throws(LightClientFault) {
                header = try client.accept(step.proof)
                guard place < steps.count - 1 else { break }
                guard let next = step.nextSet else { throw .notLast(header.height) }
                try client.cross(step.proof, next: next)
            } catch {
                throw Failure(
                    .goalMissed, "block \(step.proof.header.height) is not proven: \(Self.message(of: error))"
                )
            }
        }
        return header
    }

    private static func message(of fault: LightClientFault) -> String {
        switch fault {
        case .foreignChain: "it is of another chain than the genesis file"
        case .foreignEpoch(let epoch):
            "it is of epoch \(epoch), whose validators are not known; print it with --proof"
        case .foreignSet: "it names other validators than those of its epoch"
        case .height(let height): "height \(height) is not of its epoch"
        case .notFinal: "its certificate is none of finality"
        case .otherBlock: "its certificate is another block's"
        case .notLinked(let height): "the block of height \(height) does not lead down to it"
        case .certificate(let fault): "its certificate is not valid: \(fault)"
        case .notLast(let height): "height \(height) is not the last one of an epoch"
        case .wrongNextSet: "the next validators are not those that it names"
        }
    }
}

extension BlockProof.Step {
    fileprivate init?(_ page: ChainSight.Block) {
        let texts = (page.descendants ?? []) + [page.header]
        var headers: [Header] = []
        for text in texts {
            guard let header = Hex.bytes(text).flatMap({ try? Header(decoding: $0) }) else { return nil }
            headers.append(header)
        }
        guard let certificate = Hex.bytes(page.certificate).flatMap({ try? Certificate(decoding: $0) }),
            let proof = CertifiedHeader(headers: headers, finalization: certificate)
        else { return nil }
        self.proof = proof
        nextSet = page.nextSet.flatMap { Hex.bytes($0) }.flatMap { try? ValidatorSet(decoding: $0) }
    }
}
