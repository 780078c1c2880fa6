import ConclaveArguments
package import ConclaveCodec
import ConclaveRuntime

/// Asks a validator for something of its chain.
package struct ChainReader: Sendable {
    private let node: NodeReader

    init(_ address: Ingress, _ context: Context) {
        node = NodeReader(
            address: address, context: context,
            advice: "a validator answers for the chain with --chain-http ADDR")
    }

    /// What is answered to `question`, as it stands and read.
    ///
    /// - Throws: 1 with the validator's reason if it refused; 69 if it cannot be asked.
    func answer<Value: Decodable>(
        to question: HTTPQuestion, as type: Value.Type = Value.self
    ) async throws(Failure) -> (text: String, value: Value) {
        let (status, body) = try await node.answer(to: question)
        return try Self.read(status, body, from: node.address)
    }

    /// What an answer says.
    package static func read<Value: Decodable>(
        _ status: Int, _ body: [UInt8], from address: Ingress
    ) throws(Failure) -> (text: String, value: Value) {
        guard (200...299).contains(status) else {
            guard let refused = NodeSight.value(of: body, as: ChainSight.Refused.self) else {
                throw stranger(address)
            }
            let exit: ExitCode = refused.error == "not_readable" ? .unavailable : .goalMissed
            throw Failure(exit, "\(printable(refused.message)) (\(printable(refused.error)))")
        }
        guard let value = NodeSight.value(of: body, as: Value.self) else { throw stranger(address) }
        return (String(decoding: body.filter { $0 != 0x0A }, as: UTF8.self), value)
    }

    private static func stranger(_ address: Ingress) -> Failure {
        Failure(.unavailable, "what answers at \(address) is no validator's chain")
    }
}
