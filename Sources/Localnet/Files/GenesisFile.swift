import ConclaveArguments
import ConclaveChain
import ConclaveCodec
import ConclaveCryptography

extension Genesis {
    /// Reads a genesis file.
    public init(file path: String) throws(LocalnetFailure) {
        let bytes = try SystemFile.read(path, limit: Self.bytesMax)
        var fields = try JSONFields(reading: bytes, from: path)
        try fields.kind(Self.type, version: Self.version)
        let network = try fields.text("network", "1 to 64 letters, digits, hyphens or dots") { text in
            Self.isNetworkName(text) ? text : nil
        }
        let epochLength = try fields.integer("epochLength", in: 1...Self.epochLengthMax)
        let hasSeats = fields.has("seatsMax")
        var staking = try Self.staking(&fields)
        let stakeMin = staking.stakeMin
        var validators: [Validator] = []
        for var entry in try fields.objects("validators", count: 1...Self.validatorsMax) {
            let validator = try Self.validator(&entry, stakeMin: stakeMin)
            try entry.check(validator, against: validators)
            validators.append(validator)
        }
        if !hasSeats { staking.seatsMax = max(staking.seatsMax, validators.count) }
        try fields.finish()
        do throws(LocalnetFailure) {
            try self.init(
                network: network, epochLength: epochLength, validators: validators, staking: staking,
                bytes: bytes)
        } catch {
            throw .badInput("\(quoted(path)): \(error.message)")
        }
    }

    private static func staking(_ fields: inout JSONFields) throws(LocalnetFailure) -> Staking {
        var staking = Staking()
        staking.unbondingEpochs =
            try fields.optionalInteger("unbondingEpochs", in: unbondingEpochsRange) ?? staking.unbondingEpochs
        staking.stakeMin = try fields.optionalInteger("stakeMin", in: 1...weightMax) ?? staking.stakeMin
        staking.seatsMax = try fields.optionalInteger("seatsMax", in: 1...validatorsMax) ?? staking.seatsMax
        for var entry in try fields.optionalObjects("accounts", count: 0...accountsMax) {
            let key = try entry.text("publicKey", "64 hexadecimal digits", PublicKey.init(hex:))
            let balance = try entry.integer("balance", in: 0...balanceMax)
            try entry.finish()
            if let twin = staking.accounts.firstIndex(where: { $0.publicKey == key }) {
                throw entry.wrong(
                    "publicKey", "that of accounts[\(twin)] too", "the key of one account alone")
            }
            staking.accounts.append(Balance(publicKey: key, balance: balance))
        }
        return staking
    }

    private static func validator(
        _ fields: inout JSONFields, stakeMin: Int
    ) throws(LocalnetFailure) -> Validator {
        let key = try fields.text("publicKey", "64 hexadecimal digits", PublicKey.init(hex:))
        let address = try fields.text("address", "an address such as 1.2.3.4:3000 or name.example:3000") {
            text in
            (try? Ingress(text)).flatMap { $0.port > 0 ? $0 : nil }
        }
        let weight = try fields.integer("weight", in: stakeMin...weightMax)
        let account = try fields.optional("account", "64 hexadecimal digits") { tree in
            if case .string(let text) = tree { PublicKey(hex: text) } else { nil }
        }
        try fields.finish()
        return Validator(publicKey: key, address: address, weight: weight, account: account)
    }

    private static func isNetworkName(_ text: String) -> Bool {
        (1...networkBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// Writes a new genesis file: whole or not at all, and over no other.
    public func write(to path: String) throws(LocalnetFailure) {
        try SystemFile.write(bytes, to: path, mode: SystemFile.plainMode)
    }

    /// A validator or an account a line, so that people and version control can read it.
    static func text(
        _ network: String, _ epochLength: Int, _ validators: [Validator], _ staking: Staking
    ) -> String {
        let members = validators.map { validator in
            var line: JSONLine = [
                "publicKey": .string("\(validator.publicKey)"), "address": .string("\(validator.address)"),
                "weight": .integer(validator.weight),
            ]
            if validator.account != validator.publicKey {
                line.append("account", .string("\(validator.account)"))
            }
            return line
        }
        let accounts = staking.accounts.map { account in
            ["publicKey": .string("\(account.publicKey)"), "balance": .integer(account.balance)] as JSONLine
        }
        return """
            {
              "type": "\(Self.type)",
              "version": \(Self.version),
              "network": \(JSONValue.string(network).text),
              "epochLength": \(epochLength),
              "unbondingEpochs": \(staking.unbondingEpochs),
              "stakeMin": \(staking.stakeMin),
              "seatsMax": \(staking.seatsMax),
              "validators": \(list(members)),
              "accounts": \(list(accounts))
            }

            """
    }

    private static func list(_ lines: [JSONLine]) -> String {
        guard !lines.isEmpty else { return "[]" }
        return "[\n" + lines.map { "    " + $0.text }.joined(separator: ",\n") + "\n  ]"
    }
}

extension JSONFields {
    /// Every validator is told from the others by its key, its address and its account.
    fileprivate func check(
        _ validator: Genesis.Validator, against others: [Genesis.Validator]
    ) throws(LocalnetFailure) {
        if let twin = others.firstIndex(where: { $0.publicKey == validator.publicKey }) {
            throw wrong("publicKey", "that of validators[\(twin)] too", "the key of one validator alone")
        }
        if let twin = others.firstIndex(where: { $0.address == validator.address }) {
            throw wrong("address", "that of validators[\(twin)] too", "the address of one validator alone")
        }
        if let twin = others.firstIndex(where: { $0.account == validator.account }) {
            throw wrong("account", "that of validators[\(twin)] too", "the account of one validator alone")
        }
    }
}
