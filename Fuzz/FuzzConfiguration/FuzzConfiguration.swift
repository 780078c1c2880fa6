internal import ConclaveCodec
package import ConclaveFuzzing
internal import ConclaveLocalnet

/// The files that a node starts from.
///
/// - A file is refused with a message that names it, or it is read.
/// - A genesis that was read is written as a file that reads the same.
/// - Settings that were read, and are within their ranges, make a configuration; the others are named.
/// - A key file never makes a key out of a seed that is sealed and was not opened.
package enum FuzzConfiguration: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        let kind = choices.number(below: 3), isWritten = !choices.once(in: 4)
        switch kind {
        case 0: try genesis(InputFile(isWritten ? WrittenFile.genesis(&choices) : choices.rest()))
        case 1: try settings(InputFile(isWritten ? WrittenFile.settings(&choices) : choices.rest()))
        default: try key(InputFile(isWritten ? WrittenFile.key(&choices) : choices.rest()))
        }
    }

    private static func genesis(_ file: InputFile) throws(Finding) {
        guard
            let genesis = try outcome(
                of: file, { () throws(LocalnetFailure) in try Genesis(file: file.path) })
        else { return }
        try expect(!genesis.validators.isEmpty, "a genesis of nobody is read")
        let keys = Set(genesis.validators.map(\.publicKey)),
            addresses = Set(genesis.validators.map(\.address))
        let fewer = min(keys.count, addresses.count)
        try expect(fewer == genesis.validators.count, "two validators share a key or an address")
        let copy = try InputFile([])
        copy.remove()
        let again: Genesis
        do throws(LocalnetFailure) {
            try genesis.write(to: copy.path)
            again = try Genesis(file: copy.path)
        } catch {
            throw Finding("a genesis that was read cannot be written and read: \(error)")
        }
        copy.remove()
        try expect(again == genesis, "\(genesis) came back as \(again)")
    }

    private static func settings(_ file: InputFile) throws(Finding) {
        let read = try outcome(of: file) { () throws(LocalnetFailure) in
            try NodeSettings(file: file.path, environment: { _ in nil }, flags: [])
        }
        guard let read else { return }
        _ = try outcome(of: file) { () throws(LocalnetFailure) in
            try read.configuration(namespace: "FUZZ", listen: SocketAddress(.loopback, port: 0))
        }
        _ = try outcome(of: file) { () throws(LocalnetFailure) in try read.seenAt() }
    }

    private static func key(_ file: InputFile) throws(Finding) {
        let bytes = file.text
        let key = try outcome(of: file) { () throws(LocalnetFailure) in
            try KeyFile.read(file.path, passphrase: { () throws(LocalnetFailure) in nil })
        }
        try expect(key == nil || !bytes.contains("\"sealed\""), "a key out of a sealed seed")
    }

    /// Nil for what is refused. A refusal that does not say where to look is of no use to an operator.
    private static func outcome<Value>(
        of file: InputFile, _ body: () throws(LocalnetFailure) -> Value
    ) throws(Finding) -> Value? {
        do throws(LocalnetFailure) {
            return try body()
        } catch {
            try expect("\(error)".contains(file.name), "the refusal does not name the file: \(error)")
            return nil
        }
    }
}
