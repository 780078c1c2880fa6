import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime

/// One connection that is being made: asks again as long as nobody answers.
///
/// `@unchecked Sendable`: touched on the simulation's thread only.
final class Dial: @unchecked Sendable {
    let reply = Reply<Result<SimulatedStream, HostFailure>>(.connection)

    private let host: Host
    private let address: SocketAddress
    private let target: Host?
    private let deadline: UInt64
    private var pause: UInt64 = 1_000_000_000
    /// Our end and the listener's, once the question has arrived.
    private var ends: (ours: Endpoint, theirs: Endpoint)?
    private var isOver = false

    init(from host: Host, to address: SocketAddress) {
        self.host = host
        self.address = address
        target = host.fabric.host(at: address.ip)
        deadline =
            host.world.now
            + host.fabric.figures.dialPatience
    }

    private var world: World { host.world }

    func start() {
        world.note(.dialed(node: host.number, to: "\(address)"))
        ask()
    }

    func cancel() {
        isOver = true
        forgetEnds()
    }

    /// Neither kernel keeps a connection that was never made.
    private func forgetEnds() {
        ends?.ours.vanish()
        ends?.theirs.vanish()
        ends = nil
    }

    // MARK: Questions and answers

    private func ask() {
        guard !isOver else { return }
        guard world.now < deadline else { return fail() }
        if let target {
            let path = host.fabric.path(from: host, to: target)
            after(path) { [self] in if path.isOpen { arrived(at: target) } }
        }
        world.set(Occasion { [self] in ask() }, after: pause)
        pause *= 2
    }

    /// The question is at the listener's host.
    private func arrived(at target: Host) {
        guard !isOver else { return }
        let back = host.fabric.path(from: target, to: host)
        if let ends, !ends.theirs.isClosed { return answer(from: target, over: back) }
        forgetEnds()
        guard target.welcome != .refused, let acceptor = target.acceptor(on: address.port) else {
            return after(back) { [self] in if back.isOpen { fail() } }
        }
        guard acceptor.hasRoom else { return }
        let connection = host.fabric.nextConnection()
        let local = SocketAddress(host.ip, port: host.freePort())
        let ours = Endpoint(
            connection: connection, .dialer, on: host, local: local, remote: address, path: back)
        let theirs = Endpoint(
            connection: connection, .listener, on: target, local: address, remote: local,
            path: host.fabric.path(from: host, to: target))
        Endpoint.join(ours, theirs)
        ends = (ours, theirs)
        answer(from: target, over: back)
    }

    private func answer(from target: Host, over back: Path) {
        after(back) { [self] in if back.isOpen { answered(by: target) } }
    }

    private func answered(by target: Host) {
        guard !isOver, let ends else { return }
        isOver = true
        world.note(.connected(connection: ends.ours.connection, from: host.number, to: target.number))
        reply.tell(.success(SimulatedStream(ends.ours)))
        confirm(ends.theirs, at: target)
    }

    /// The listener hears that the connection stands, and its application may accept it.
    private func confirm(_ endpoint: Endpoint, at target: Host) {
        let path = host.fabric.path(from: host, to: target)
        after(path) { [self] in
            guard path.isOpen else {
                world.set(Occasion { [self] in confirmAgain(endpoint, at: target) }, after: pause)
                return
            }
            switch target.welcome {
            case .slow(let delay):
                let late = delay.positiveNanoseconds
                world.set(Occasion { [self] in offer(endpoint, at: target) }, after: late)
            case .open, .refused: offer(endpoint, at: target)
            }
        }
    }

    /// As long as somebody is there to confirm.
    private func confirmAgain(_ endpoint: Endpoint, at target: Host) {
        if ends?.ours.isClosed == false { confirm(endpoint, at: target) } else { endpoint.vanish() }
    }

    private func offer(_ endpoint: Endpoint, at target: Host) {
        guard !endpoint.isClosed else { return }
        if let acceptor = target.acceptor(on: address.port) {
            acceptor.arrived(endpoint)
        } else {
            endpoint.abort()
        }
    }

    private func fail() {
        guard !isOver else { return }
        isOver = true
        forgetEnds()
        world.note(.refused(node: host.number, to: "\(address)"))
        reply.tell(.failure(.unreachable(address)))
    }

    private func after(_ path: Path, _ action: @escaping () -> Void) {
        world.set(Occasion(action), after: path.delay())
    }
}
