import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography
import Glibc

/// The folder of a localnet: a genesis file, and a key file and a log for each validator. While this value
/// lives, no other localnet uses the folder.
public struct DataFolder: ~Copyable, Sendable {
    public let path: String
    private let descriptor: Int32

    private static let genesisName = "genesis.json"
    /// The names of networks that localnets make up; only such a folder is ever cleared.
    private static let networkPrefix = "localnet-"

    /// Opens the folder, making it if it is not there.
    public static func open(_ path: String) throws(LocalnetFailure) -> DataFolder {
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemFile.unwritable(path, errno) }
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFile.unwritable(path, errno) }
        let folder = DataFolder(path: path, descriptor: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw .unavailable("another localnet uses \(quoted(path)); name another folder with --data")
        }
        guard unsafe access(path, W_OK | X_OK) == 0 else { throw SystemFile.unwritable(path, errno) }
        return folder
    }

    deinit {
        close(descriptor)
    }

    public static func genesisPath(in folder: String) -> String { folder + "/" + genesisName }
    public static func keyPath(of index: Int, in folder: String) -> String {
        folder + "/validator-\(index).key"
    }
    /// The folder of what a validator keeps.
    public static func storePath(of index: Int, in folder: String) -> String {
        folder + "/validator-\(index)"
    }
    /// Stands there until a new validator has voted: it says that the key never did.
    public static func newcomerPath(of index: Int, in folder: String) -> String {
        folder + "/validator-\(index).new"
    }
    public static func logPath(of index: Int, in folder: String) -> String {
        folder + "/validator-\(index).log"
    }

    /// The genesis that the folder holds; nil if it is empty or its making was interrupted.
    public func genesis() throws(LocalnetFailure) -> Genesis? {
        let names = try names()
        guard names.contains(Self.genesisName) else {
            guard let foreign = names.first(where: { !Self.isOurs($0) }) else { return nil }
            throw .cannotWrite(
                "\(quoted(path)) holds \(quoted(foreign)), but no genesis; name another folder with --data"
            )
        }
        return try Genesis(file: Self.genesisPath(in: path))
    }

    /// Empties the folder if a localnet made it, and refuses to if anything else is in it.
    public func clear() throws(LocalnetFailure) {
        guard let genesis = try genesis() else { return }
        guard genesis.network.hasPrefix(Self.networkPrefix) else {
            throw .cannotWrite(
                "\(quoted(path)) is of network \(quoted(genesis.network)), no localnet's; delete it yourself")
        }
        let names = try names()
        if let foreign = names.first(where: { !Self.isOurs($0) }) {
            throw .cannotWrite(
                "\(quoted(path)) holds \(quoted(foreign)), which no localnet made; delete it yourself")
        }
        // The genesis file first: without it, what is left when we are interrupted counts as unfinished.
        for name in names.sorted(by: { left, _ in left == Self.genesisName }) {
            try SystemFile.remove(path + "/" + name)
        }
    }

    /// Makes keys and the genesis for validators that listen on `ports` of the loopback address. The genesis
    /// file comes last; if the making is interrupted, the next one goes on with the keys that are there.
    ///
    /// - Parameter epochLength: blocks in an epoch; nil for so few that one sees epochs pass.
    public func make(
        ports: [UInt16], epochLength: Int? = nil, entropy: (Int) -> [UInt8]
    ) throws(LocalnetFailure) -> Genesis {
        var validators: [Genesis.Validator] = []
        var staking = Genesis.Staking()
        for (index, port) in ports.enumerated() {
            let address = Ingress.socket(SocketAddress(.loopback, port: port))
            let key = try key(of: index, entropy: entropy)
            try SystemFile.write(
                [], to: Self.newcomerPath(of: index, in: path), mode: SystemFile.plainMode,
                existing: .isReplaced)
            validators.append(.init(publicKey: key.publicKey, address: address, weight: Self.stake))
            staking.accounts.append(.init(publicKey: key.publicKey, balance: Self.balance))
        }
        let network = Self.networkPrefix + Hex.text(entropy(4))
        let genesis = try Genesis(
            network: network, epochLength: epochLength ?? Self.epochLength, validators: validators,
            staking: staking)
        try genesis.write(to: Self.genesisPath(in: path))
        return genesis
    }

    /// Blocks in an epoch of a localnet: short, so that one sees epochs pass.
    private static let epochLength = 100
    /// What each validator has staked, and what it has beside it: enough to stake more, and for others.
    private static let stake = 1_000, balance = 100_000

    private func key(of index: Int, entropy: (Int) -> [UInt8]) throws(LocalnetFailure) -> SigningKey {
        let file = Self.keyPath(of: index, in: path)
        if try names().contains("validator-\(index).key") { return try KeyFile.read(file) { nil } }
        guard let key = try? SigningKey(seed: entropy(SigningKey.seedByteCount)) else {
            throw .cannotWrite("there is no memory to lock for a key; raise 'ulimit -l'")
        }
        try KeyFile.write(key, to: file)
        return key
    }

    private func names() throws(LocalnetFailure) -> [String] {
        guard let folder = unsafe opendir(path) else {
            throw .badInput("cannot read \(quoted(path)): \(errorText(errno))")
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether a localnet gives files such names, drafts of them that an interruption left behind included.
    private static func isOurs(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let base = parts.last == "draft" ? parts.dropLast(2) : parts[...]
        guard let first = base.first, first.hasPrefix("validator-"), base.count <= 2 else {
            return base.joined(separator: ".") == genesisName
        }
        let kinds = ["key", "log", "new"]
        return UInt16(first.dropFirst(10)) != nil && (base.count == 1 || kinds.contains(String(base[1])))
    }
}
