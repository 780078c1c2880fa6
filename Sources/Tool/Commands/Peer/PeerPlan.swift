import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography
import ConclaveHTTP
import ConclaveLocalnet
import ConclavePeersCore

/// What `conclave peer` was asked to do, with everything that could be wrong in it found out.
struct PeerPlan: Sendable {
    /// What is done with messages.
    enum Work: Sendable, Hashable {
        /// Prints what comes.
        case listen
        case echo
        case send(count: Int, size: Int, to: [PublicKey])
    }

    let key: SigningKey
    let configuration: Configuration
    /// Whom the node waits for.
    let peers: [PublicKey]
    /// The set that it tracks: the peers, and in discovery itself, because all nodes must have the same set.
    let members: [PeerSet.Member]
    let namespace: String
    let wire: Wire
    let channel: UInt64
    let work: Work
    let duration: Duration?
    /// Where it is seen over HTTP, and from where.
    let http: SocketAddress?
    let httpReach: HTTPReach

    init(_ options: Peer.Options) throws(Failure) {
        try Self.refuseWhatCannotBe(options)
        guard let keyPath = options.key, let listen = options.listen, let namespace = options.namespace else {
            throw Failure(.internalError, "an option that must be there is not")
        }
        work = try Self.work(options)
        if let twin = options.peers.indices.first(where: { index in
            options.peers[..<index].contains { $0.key == options.peers[index].key }
        }) {
            throw Failure(.usage, "--peer: the key \(options.peers[twin].key) is given twice")
        }
        try Self.examineAddresses(options)
        configuration = try Self.configuration(options, namespace: namespace, listen: listen)
        key = try KeyReading.key(in: keyPath, passphraseFile: options.passphraseFile)
        if options.peers.contains(where: { [own = key.publicKey] in $0.key == own }) {
            throw Failure(.usage, "--peer: \(key.publicKey) is this node's own key; name the others")
        }
        peers = options.peers.map(\.key)
        let own = options.isDiscovery ? [PeerSet.Member(key.publicKey, at: nil)] : []
        members =
            own
            + options.peers.map { PeerSet.Member($0.key, at: $0.address.map { PeerAddress(dialled: $0) }) }
        self.namespace = namespace
        wire = options.wire
        channel = UInt64(options.channel)
        duration = options.duration
        http = options.http
        httpReach = options.httpReach
    }

    private static func refuseWhatCannotBe(_ options: Peer.Options) throws(Failure) {
        if let http = options.http, options.httpReach == .loopback, !http.ip.isLoopback {
            throw Failure(.usage, "--http \(LocalnetFailure.notLoopback(http))")
        }
    }

    /// In lookup every peer has an address, in discovery none has.
    private static func examineAddresses(_ options: Peer.Options) throws(Failure) {
        if options.isDiscovery {
            guard let peer = options.peers.first(where: { $0.address != nil }) else { return }
            throw Failure(
                .usage, "--peer: in discovery give \(peer.key) alone; --bootstrap says where it is")
        }
        if let peer = options.peers.first(where: { $0.address == nil }) {
            throw Failure(.usage, "--peer: \(peer.key) needs @ADDR behind it, or --discovery")
        }
        if !options.bootstrap.isEmpty {
            throw Failure(.usage, "--bootstrap is of --discovery, which is missing")
        }
        if options.advertise != nil {
            throw Failure(.usage, "--advertise is of --discovery, which is missing")
        }
    }

    private static func work(_ options: Peer.Options) throws(Failure) -> Work {
        guard let count = options.send else {
            if options.size != nil { throw Failure(.usage, "--size is of --send COUNT, which is missing") }
            if options.to != nil { throw Failure(.usage, "--to is of --send COUNT, which is missing") }
            return options.isEcho ? .echo : .listen
        }
        if options.isEcho { throw Failure(.usage, "--echo and --send exclude each other") }
        let size = options.size ?? min(Peer.sizeDefault, options.maxMessage)
        guard size <= options.maxMessage else {
            let limit = sizeText(options.maxMessage)
            throw Failure(.usage, "--size: \(sizeText(size)) is more than --max-message, which is \(limit)")
        }
        if let to = options.to, !options.peers.contains(where: { $0.key == to }) {
            throw Failure(.usage, "--to: \(to) is none of the --peer keys")
        }
        return .send(count: count, size: size, to: options.to.map { [$0] } ?? options.peers.map(\.key))
    }

    private static func configuration(
        _ options: Peer.Options, namespace: String, listen: SocketAddress
    ) throws(Failure) -> Configuration {
        do throws(ConfigurationFault) {
            var profile = options.profile
            // Where a peer named by a host name comes from cannot be known beforehand.
            if options.peers.contains(where: { $0.address?.socket == nil }) {
                profile.addressCheck = .bypassed
            }
            return try Configuration(
                profile: profile, namespace: namespace, maxMessageBytes: options.maxMessage,
                listen: listen, mode: mode(options), wire: WireChoice(options.wire))
        } catch {
            if error.name == .advertise {
                throw Failure(
                    .usage, "--listen \(listen) is no address that others can dial; give --advertise ADDR")
            }
            throw Failure(.usage, error.description)
        }
    }

    private static func mode(_ options: Peer.Options) -> Mode {
        guard options.isDiscovery else { return .lookup }
        return .discovery(
            bootstrappers: options.bootstrap.map { Bootstrapper($0.key, at: $0.address) },
            advertise: options.advertise)
    }
}
