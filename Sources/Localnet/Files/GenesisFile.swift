import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography

extension Genesis {
    /// Reads a genesis file.
    public init(file path: String) throws(LocalnetFailure) {
        var fields = try JSONFields(reading: try SystemFile.read(path, limit: Self.bytesMax), from: path)
        try fields.kind(Self.type, version: Self.version)
        network = try fields.text("network", "1 to 64 letters, digits, hyphens or dots") { text in
            Self.isNetworkName(text) ? text : nil
        }
        epochLength = try fields.integer("epochLength", in: 1...Self.epochLengthMax)
        var validators: [Validator] = []
        for var entry in try fields.objects("validators", count: 1...Self.validatorsMax) {
            let validator = try Self.validator(&entry)
            if let twin = validators.firstIndex(where: { $0.publicKey == validator.publicKey }) {
                throw entry.wrong(
                    "publicKey", "that of validators[\(twin)] too", "the key of one validator alone")
            }
            if let twin = validators.firstIndex(where: { $0.address == validator.address }) {
                throw entry.wrong(
                    "address", "that of validators[\(twin)] too", "the address of one validator alone")
            }
            validators.append(validator)
        }
        self.validators = validators
        try fields.finish()
    }

    private static func validator(_ fields: inout JSONFields) throws(LocalnetFailure) -> Validator {
        let key = try fields.text("publicKey", "64 hexadecimal digits", PublicKey.init(hex:))
        let address = try fields.text("address", "an address such as 1.2.3.4:3000 or name.example:3000") {
            text in
            (try? Ingress(text)).flatMap { $0.port > 0 ? $0 : nil }
        }
        let weight = try fields.integer("weight", in: 1...Self.weightMax)
        try fields.finish()
        return Validator(publicKey: key, address: address, weight: weight)
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
        try SystemFile.write(Array(text.utf8), to: path, mode: SystemFile.plainMode)
    }

    /// A validator a line, so that people and version control can read it.
    private var text: String {
        let entries = validators.map { validator in
            let line: JSONLine = [
                "publicKey": .string("\(validator.publicKey)"), "address": .string("\(validator.address)"),
                "weight": .integer(validator.weight),
            ]
            return "    " + line.text
        }
        return """
            {
              "type": "\(Self.type)",
              "version": \(Self.version),
              "network": \(JSONValue.string(network).text),
              "epochLength": \(epochLength),
              "validators": [
            \(entries.joined(separator: ",\n"))
              ]
            }

            """
    }
}
