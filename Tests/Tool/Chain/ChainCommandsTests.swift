import ConclaveChain
import ConclaveCodec
import Testing

@testable import ConclaveTool

@Suite struct ChainCommandsTests {
    static let digits = String(repeating: "ab", count: 32)

    @Test(
        arguments: [
            (["tx", "--http", "127.0.0.1:1"], "conclave chain tx needs HASH; see conclave chain tx --help"),
            (["tx", "ab", "--http", "127.0.0.1:1"], "HASH: 'ab' is not 64 hexadecimal digits"),
            (["block", "+7", "--http", "127.0.0.1:1"], "HEIGHT: '+7' is not a height such as 17"),
            (["block", "7"], "conclave chain block needs --http ADDR; see conclave chain block --help"),
            (["validators", "x", "--http", "127.0.0.1:1"], nil),
        ] as [([String], String?)])
    func `what is missing or wrong on the command line is named`(words: [String], message: String?) {
        let failure = CommandGroupTests.run(ChainCommands.group, words).failure
        #expect(failure?.exit == .usage)
        if let message { #expect(failure?.message == message) }
    }

    @Test func `each command asks for its page`() throws {
        #expect(ChainBlock.question(7).path == "/chain/blocks/7")
        #expect(ChainBlock.question(nil).path == "/chain/blocks/latest")
        #expect(ChainValidators.question.path == "/chain/validators")
        let hash = try #require(ChainDigest(Array(repeating: 0xAB, count: 32)))
        #expect(ChainTransaction.question(hash).path == "/chain/transactions/" + Self.digits)
    }
}
