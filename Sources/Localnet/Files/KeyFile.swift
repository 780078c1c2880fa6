import ConclaveArguments
import ConclaveCodec
public import ConclaveCryptography

/// A file that holds one signing key: its seed, or its seed sealed with a passphrase.
public enum KeyFile {
    /// Longest file in bytes; a real one has less than 600.
    static let bytesMax = 4_096
    /// Longest passphrase in bytes.
    static let passphraseBytesMax = 1_024

    static let type = "conclave-key"
    static let version = 1

    /// Protects the seed in a file.
    public struct Protection: Sendable {
        let passphrase: [UInt8]
        let cost: PassphraseSeal.Cost
        let salt, nonce: [UInt8]

        /// - Parameters:
        ///   - entropy: gives so many bytes fit for keys.
        public init(passphrase: [UInt8], cost: PassphraseSeal.Cost = .standard, entropy: (Int) -> [UInt8]) {
            self.passphrase = passphrase
            self.cost = cost
            salt = entropy(PassphraseSeal.saltByteCount)
            nonce = entropy(PassphraseSeal.nonceByteCount)
        }
    }

    /// Writes the key into a new file that only its owner may read. The file is there whole or not at all.
    public static func write(
        _ key: SigningKey, to path: String, protection: Protection? = nil
    ) throws(LocalnetFailure) {
        try SystemFile.write(try contents(key, path, protection), to: path, mode: SystemFile.secretMode)
    }

    /// Reads the key of a file. `passphrase` is asked for only if the seed is sealed.
    public static func read(
        _ path: String, passphrase: () throws(LocalnetFailure) -> [UInt8]?
    ) throws(LocalnetFailure) -> SigningKey {
        var seed = try seed(in: path, passphrase: passphrase)
        defer { wipe(&seed) }
        do throws(KeyError) {
            return try SigningKey(seed: seed)
        } catch {
            throw .badInput("\(quoted(path)): there is no memory to lock for the key; raise 'ulimit -l'")
        }
    }

    /// The first line of a file, for a passphrase.
    public static func passphrase(in path: String) throws(LocalnetFailure) -> [UInt8] {
        let bytes = try SystemFile.read(path, limit: passphraseBytesMax)
        let line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
        guard !line.isEmpty else {
            throw .badInput("\(quoted(path)): the first line must be a passphrase, but is empty")
        }
        return line
    }

    private static func contents(
        _ key: SigningKey, _ path: String, _ protection: Protection?
    ) throws(LocalnetFailure) -> [UInt8] {
        var seed = key.seedBytes
        defer { wipe(&seed) }
        var line: JSONLine = ["type": .string(type), "version": .integer(version)]
        if let protection {
            let seal = try sealed(seed, path, protection)
            line.append("sealed", .string(Hex.text(seal.sealed)))
            line.append("operations", .integer(Int(seal.cost.operations)))
            line.append("memoryBytes", .integer(seal.cost.memoryBytes))
            line.append("salt", .string(Hex.text(seal.salt)))
            line.append("nonce", .string(Hex.text(seal.nonce)))
        } else {
            line.append("seed", .string(Hex.text(seed)))
        }
        return Array((line.text + "\n").utf8)
    }

    private static func sealed(
        _ seed: [UInt8], _ path: String, _ protection: Protection
    ) throws(LocalnetFailure) -> PassphraseSeal {
        do throws(KeyError) {
            return try PassphraseSeal(
                sealing: seed, passphrase: protection.passphrase, cost: protection.cost,
                salt: protection.salt,
                nonce: protection.nonce)
        } catch {
            throw .cannotWrite("cannot seal \(quoted(path)): \(cause(error))")
        }
    }

    private static func seed(
        in path: String, passphrase: () throws(LocalnetFailure) -> [UInt8]?
    ) throws(LocalnetFailure) -> [UInt8] {
        var fields = try JSONFields(reading: try SystemFile.read(path, limit: bytesMax), from: path)
        try fields.kind(type, version: version)
        guard fields.has("sealed") else {
            let seed = try fields.hex("seed", bytes: SigningKey.seedByteCount)
            try fields.finish()
            return seed
        }
        let seal = try seal(&fields)
        try fields.finish()
        guard let passphrase = try passphrase() else {
            throw .badInput("\(quoted(path)) is sealed with a passphrase; give --passphrase-file FILE")
        }
        do throws(KeyError) {
            return try seal.seed(passphrase: passphrase)
        } catch {
            throw .badInput("cannot open \(quoted(path)): \(cause(error))")
        }
    }

    private static func seal(_ fields: inout JSONFields) throws(LocalnetFailure) -> PassphraseSeal {
        let sealed = try fields.hex("sealed", bytes: PassphraseSeal.sealedByteCount)
        let passes = PassphraseSeal.Cost.operationsRange
        let operations = try fields.integer("operations", in: Int(passes.lowerBound)...Int(passes.upperBound))
        let memory = try fields.integer("memoryBytes", in: PassphraseSeal.Cost.memoryBytesRange)
        let salt = try fields.hex("salt", bytes: PassphraseSeal.saltByteCount)
        let nonce = try fields.hex("nonce", bytes: PassphraseSeal.nonceByteCount)
        do throws(KeyError) {
            let cost = try PassphraseSeal.Cost(operations: UInt64(operations), memoryBytes: memory)
            return try PassphraseSeal(cost: cost, salt: salt, nonce: nonce, sealed: sealed)
        } catch {
            throw fields.wrong("sealed", "unusable", "a sealed seed")
        }
    }

    private static func cause(_ error: KeyError) -> String {
        switch error {
        case .wrongPassphrase: "the passphrase is wrong, or the file is damaged"
        case .outOfMemory: "there is not the memory that its passphrase needs"
        case .length, .emptyNamespace, .cost: "its parameters are unusable"
        }
    }

    /// Overwrites a secret where it lies; copies that others made are theirs to wipe.
    private static func wipe(_ bytes: inout [UInt8]) {
        for index in bytes.indices { bytes[index] = 0 }
    }
}
