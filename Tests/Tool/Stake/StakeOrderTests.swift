import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import Testing

@testable import ConclaveTool

@Suite struct StakeOrderTests {
    let folder = Folder()
    let account: SigningKey, network: SigningKey
    var options = StakeOptions()

    init() throws {
        account = try SigningKey(seed: Array(repeating: 1, count: 32))
        network = try SigningKey(seed: Array(repeating: 2, count: 32))
        try KeyFile.write(account, to: folder.file("account"))
        try KeyFile.write(network, to: folder.file("network"))
        options.key = folder.file("account")
        options.genesis = folder.write(GenesisFileTests.text(), "genesis")
    }

    /// The transaction of an order, verified as a validator of the genesis file would.
    func transaction(_ order: StakeOrder) throws -> Transaction {
        let genesis = try Genesis(file: folder.file("genesis"))
        let bytes = try #require(Hex.bytes(order.digits(nonce: 7)))
        let signed = try SignedTransaction(decoding: bytes)
        let verified = try VerifiedTransaction(signed, on: genesis.chain.terms.identity)
        #expect(verified.sender == account.publicKey && verified.nonce == 7)
        return verified.transaction
    }

    @Test func `each command signs what it says`() throws {
        var options = options
        options.amount = 5
        options.recipient = peer(3)
        let transfer = try transaction(StakeOrder(.transfer, options)).operation
        #expect(transfer == .transfer(to: peer(3), amount: 5))
        #expect(try transaction(StakeOrder(.unbond, options)).operation == .unbond(amount: 5))
        #expect(try transaction(StakeOrder(.bond, options)).operation == .bond(amount: 5, nil))
        options.networkKey = folder.file("network")
        options.address = try Ingress("1.2.3.4:5")
        let contact = Contact(networkKey: network.publicKey, address: try Ingress("1.2.3.4:5"))
        guard case .bond(5, let bonded?) = try transaction(StakeOrder(.bond, options)).operation,
            case .rotate(let rotated) = try transaction(StakeOrder(.rotate, options)).operation
        else {
            Issue.record("another operation")
            return
        }
        #expect(bonded.contact == contact && rotated.contact == contact)
    }

    @Test func `a network key without an address, or one without the other, is refused`() {
        var options = options
        options.amount = 5
        options.networkKey = folder.file("network")
        #expect(throws: Failure.self) { try StakeOrder(.bond, options) }
        options.networkKey = nil
        options.address = try? Ingress("1.2.3.4:5")
        #expect(throws: Failure.self) { try StakeOrder(.bond, options) }
    }

    @Test func `a file that is not there, or is another, is an error of the input`() {
        var options = options
        options.amount = 5
        options.key = folder.file("none")
        #expect(throws: Failure.self) { try StakeOrder(.unbond, options) }
        options.key = folder.file("account")
        options.genesis = folder.file("account")
        do throws(Failure) {
            _ = try StakeOrder(.unbond, options)
            Issue.record("a key file is no genesis")
        } catch {
            #expect(error.exit == .badInput)
        }
    }
}
