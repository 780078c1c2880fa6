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
        for node in one {
            for stranger in other {
                cut(from: node, to: stranger)
                cut(from: stranger, to: node)
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
