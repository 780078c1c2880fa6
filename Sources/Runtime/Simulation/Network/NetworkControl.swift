public import ConclaveCodec

/// The hand that cuts and mends what lies between the nodes. Everything it does is noted in the journal.
public struct NetworkControl {
    let world: World

    /// Loses everything that `from` sends to `to`; what it sends again arrives after ``heal(from:to:)``.
    public func cut(from: SimulatedNode, to: SimulatedNode) {
        world.note(.note("cut \(from.name) to \(to.name)"))
        world.fabric.path(from: from.host, to: to.host).cut()
    }

    public func heal(from: SimulatedNode, to: SimulatedNode) {
        world.note(.note("heal \(from.name) to \(to.name)"))
        world.fabric.path(from: from.host, to: to.host).heal()
    }

    /// Cuts both ways between the nodes of `one` and those of `other`.
    public func partition(_ one: [SimulatedNode], from other: [SimulatedNode]) {
        world.note(.note("part \(one.map(\.name)) from \(other.map(\.name))"))
        for node in one {
            for stranger in other {
                world.fabric.path(from: node.host, to: stranger.host).cut()
                world.fabric.path(from: stranger.host, to: node.host).cut()
            }
        }
    }

    /// Heals every cut.
    public func healAll() {
        world.note(.note("heal all"))
        for host in world.fabric.hosts {
            for path in world.fabric.paths(of: host) { path.heal() }
        }
    }

    /// Resets the connections between two nodes, at both ends.
    public func reset(between one: SimulatedNode, and other: SimulatedNode) {
        world.note(.note("reset \(one.name) and \(other.name)"))
        for endpoint in one.host.endpoints(towards: other.host) { endpoint.reset() }
        for endpoint in other.host.endpoints(towards: one.host) { endpoint.reset() }
    }

    /// Something between forgets the connections of two nodes: `to` hears nothing of them any more, and
    /// nobody is told. New connections are not touched.
    public func sever(from: SimulatedNode, to: SimulatedNode) {
        world.note(.note("sever \(from.name) to \(to.name)"))
        for endpoint in to.host.endpoints(towards: from.host) { endpoint.isSevered = true }
    }

    /// What becomes of new connections to `node` from now on.
    public func welcome(_ welcome: Welcome, at node: SimulatedNode) {
        world.note(.note("\(node.name) welcomes: \(welcome)"))
        node.host.welcome = welcome
    }

    /// What `name` stands for from now on; nothing takes it out of the world.
    public func name(_ name: HostName, _ addresses: [IPAddress]) {
        world.note(.note("\(name) is \(addresses)"))
        world.fabric.names[name] = addresses.isEmpty ? nil : addresses
    }
}

extension NetworkControl {
    /// Does what `fault` says, if it is one of the network, a clock or a disk; false for those of processes,
    /// which are the scenario's to perform.
    @discardableResult
    public func perform(_ fault: Fault) -> Bool {
        let nodes = world.nodes
        switch fault {
        case .crash, .start: return false
        case .cut(let from, let to): cut(from: nodes[from], to: nodes[to])
        case .isolate(let members):
            partition(
                members.map { nodes[$0] }, from: nodes.filter { !members.contains($0.number) })
        case .healAll: healAll()
        case .reset(let one, let other): reset(between: nodes[one], and: nodes[other])
        case .sever(let from, let to): sever(from: nodes[from], to: nodes[to])
        case .welcome(let node, let welcome): self.welcome(welcome, at: nodes[node])
        case .clock(let node, let step): nodes[node].setClock(by: step)
        case .failWrite(let node, let count): nodes[node].failWrite(count)
        }
        return true
    }
}
