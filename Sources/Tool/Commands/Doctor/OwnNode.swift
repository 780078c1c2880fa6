import ConclaveArguments
import ConclaveCodec
import ConclaveLocalnet
import ConclavePrimitives
import ConclaveRuntime

/// Looks at what a node needs of the machine that it shall run on.
struct OwnNode: Sendable {
    let genesis: Genesis
    /// Our place in the genesis; nil if it does not hold our key.
    let index: Int?
    let key: String
    let context: Context

    func findings() async -> [Finding] {
        var findings: [Finding] = []
        if index == nil {
            findings.append(
                Finding(
                    .keyNotInGenesis, .problem, "its key \(key.prefix(8))… is no validator of the genesis",
                    advice: "take the key file of a validator, or let the others take a genesis with this key"
                ))
        }
        if let shortage = Self.shortage(validators: genesis.validators.count, allowed: Descriptors.allowed) {
            findings.append(shortage)
        }
        if let index { findings += await address(genesis.validators[index].address) }
        return findings
    }

    /// What is wrong with the limit of open files, if something is.
    static func shortage(validators: Int, allowed: Int) -> Finding? {
        let needed = Descriptors.needed(validators: validators)
        guard allowed < needed else { return nil }
        return Finding(
            .descriptors, .problem,
            "\(allowed) descriptors are allowed, and \(validators) validators need \(needed)",
            advice: "raise the hard limit: ulimit -Hn \(needed)")
    }

    private func address(_ address: Ingress) async -> [Finding] {
        switch address {
        case .socket(let socket): return [await reach(socket)]
        case .name(let host, let port):
            do throws(HostFailure) {
                guard let ip = try await context.network.resolve(host).first else {
                    throw .unknownHost(host)
                }
                return [await reach(SocketAddress(ip, port: port))]
            } catch {
                return [
                    Finding(
                        .ownAddress, .problem, "its own name: " + LocalnetFailure(error).message,
                        advice: "correct the name in the genesis, or ask whoever runs the name server")
                ]
            }
        }
    }

    /// Whether our own address leads to us; from outside it may still be another matter.
    private func reach(_ address: SocketAddress) async -> Finding {
        if await connects(to: address) {
            return Finding(.ok, .good, "somebody listens at its own address, \(address)")
        }
        do throws(HostFailure) {
            let acceptor = try context.network.listen(on: address, executor: context.executor)
            defer { acceptor.close() }
            guard await connects(to: address) else {
                return Finding(
                    .ownAddress, .problem, "its own address \(address) cannot be reached from here",
                    advice: "open the port in this machine's firewall")
            }
            return Finding(.ownAddress, .note, "it does not run; its own address \(address) is free")
        } catch {
            return Finding(
                .ownAddress, .note, "its own address: \(LocalnetFailure(error).message)",
                advice: "if the address belongs to something in front of this machine, see that it leads here"
            )
        }
    }

    private func connects(to address: SocketAddress) async -> Bool {
        let found = Lock(false)
        let deadline = context.clock.now.advanced(by: .seconds(3))
        let trial = context.spawn("own-address", deadline: deadline, onFailure: .ignore) { context in
            let stream = try await context.network.connect(to: address, on: context.executor)
            stream.close()
            found.withLock { $0 = true }
        }
        await trial.ended()
        return found.withLock { $0 }
    }
}
