import ConclaveArguments
import ConclaveCodec
import ConclaveLocalnet
import ConclaveRuntime
import ConclaveTelemetry

/// Has the validators of a localnet leave and come back one after the other, by transactions that stake.
struct Rotation: Sendable {
    /// Between two looks at who validates.
    private static let pause = Duration.milliseconds(250)
    /// How many must stay when one leaves: three of them are a quorum of four, and of themselves.
    private static let stayMin = 3

    let folder: String
    let genesis: Genesis
    /// Where each answers for its chain.
    let chainPorts: [UInt16]
    /// So many leave in turn, the first ones.
    let count: Int
    let context: Context

    /// Until it is cancelled.
    func run() async throws {
        guard count > 0, chainPorts.count == genesis.validators.count, chainPorts.count > Self.stayMin else {
            return
        }
        var turn = 0
        while true {
            let index = turn % count
            turn += 1
            try await until(index, is: .seated)
            await order(.unbond, for: index)
            try await until(index, is: .away)
            await order(.bond, for: index)
        }
    }

    private enum Place: Hashable { case seated, away }

    private func until(_ index: Int, is place: Place) async throws {
        let key = "\(genesis.validators[index].publicKey)"
        while true {
            try await context.sleep(for: Self.pause)
            guard
                let seen = try? await reader(besides: index).answer(
                    to: ChainValidators.question, as: ChainSight.Validators.self
                ).value
            else { continue }
            let isSeated = seen.validators.contains { $0.networkKey == key }
            if isSeated == (place == .seated), seen.validators.count >= Self.stayMin { return }
        }
    }

    /// Asks somebody else: who is away does not know how the chain goes on.
    private func reader(besides index: Int) -> ChainReader {
        let other = (index + 1) % chainPorts.count
        return ChainReader(.socket(SocketAddress(.loopback, port: chainPorts[other])), context)
    }

    private func order(_ kind: StakeOrder.Kind, for index: Int) async {
        do throws(Failure) {
            let reader = reader(besides: index), validator = genesis.validators[index]
            let account: ChainSight.Account = try await reader.answer(
                to: HTTPQuestion("/chain/accounts/\(validator.account)")
            ).value
            var options = StakeOptions()
            options.genesis = DataFolder.genesisPath(in: folder)
            options.key = DataFolder.keyPath(of: index, in: folder)
            switch kind {
            case .bond:
                options.amount = UInt64(clamping: validator.weight)
                options.networkKey = options.key
                options.address = validator.address
            case .unbond, .transfer, .rotate: options.amount = account.stake
            }
            _ = try await StakeOrder(kind, options).send(through: reader, nonce: account.nextNonce)
        } catch {
            // Somebody was killed just now: the next look says what to do.
            context.log.warning("a transaction of the rotation failed", ["reason": "\(error.message)"])
        }
    }
}
