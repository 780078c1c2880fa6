import ConclaveCryptography
import Testing

@Suite struct PassphraseSealTests {
    let seed = (0..<32).map { UInt8($0) }
    let salt = [UInt8](repeating: 1, count: 16)
    let nonce = [UInt8](repeating: 2, count: 24)
    let passphrase = Array("correct horse".utf8)

    @Test func `the right passphrase gives the seed back`() throws {
        #expect(try sealed().seed(passphrase: passphrase) == seed)
    }

    @Test func `any other passphrase gives nothing`() throws {
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            #expect(throws: KeyError.wrongPassphrase) { try sealed().seed(passphrase: Array(wrong.utf8)) }
        }
    }

    @Test func `an empty passphrase seals nothing`() {
        #expect(throws: KeyError.wrongPassphrase) {
            try PassphraseSeal(sealing: seed, passphrase: [], cost: .least, salt: salt, nonce: nonce)
        }
    }

    @Test func `no damaged byte goes unnoticed`() throws {
        let seal = try sealed()
        for index in seal.sealed.indices {
            var damaged = seal.sealed
            damaged[index] ^= 1
            let other = try PassphraseSeal(
                cost: seal.cost, salt: seal.salt, nonce: seal.nonce, sealed: damaged)
            #expect(throws: KeyError.wrongPassphrase) { try other.seed(passphrase: passphrase) }
        }
    }

    @Test func `salt, nonce and cost count`() throws {
        let seal = try sealed()
        let otherSalt = [UInt8](repeating: 9, count: 16), otherNonce = [UInt8](repeating: 9, count: 24)
        let dearer = try PassphraseSeal.Cost(operations: 2, memoryBytes: 8_192)
        for other in [
            try PassphraseSeal(cost: seal.cost, salt: otherSalt, nonce: nonce, sealed: seal.sealed),
            try PassphraseSeal(cost: seal.cost, salt: salt, nonce: otherNonce, sealed: seal.sealed),
            try PassphraseSeal(cost: dearer, salt: salt, nonce: nonce, sealed: seal.sealed),
        ] {
            #expect(throws: KeyError.wrongPassphrase) { try other.seed(passphrase: passphrase) }
        }
    }

    @Test func `every part has one length`() throws {
        let seal = try sealed()
        for change in [-1, 1] {
            #expect(throws: KeyError.length(expected: 16, given: 16 + change)) {
                try PassphraseSeal(
                    cost: .least, salt: resized(salt, change), nonce: nonce, sealed: seal.sealed)
            }
            #expect(throws: KeyError.length(expected: 24, given: 24 + change)) {
                try PassphraseSeal(
                    cost: .least, salt: salt, nonce: resized(nonce, change), sealed: seal.sealed)
            }
            #expect(throws: KeyError.length(expected: 48, given: 48 + change)) {
                try PassphraseSeal(
                    cost: .least, salt: salt, nonce: nonce, sealed: resized(seal.sealed, change))
            }
            #expect(throws: KeyError.length(expected: 32, given: 32 + change)) {
                try PassphraseSeal(
                    sealing: resized(seed, change), passphrase: passphrase, cost: .least, salt: salt,
                    nonce: nonce)
            }
        }
    }

    @Test(
        arguments: [(0, 8_192), (65, 8_192), (1, 8_191), (1, 1 << 30 + 1), (.max, .max), (1, -1)]
            as [(UInt64, Int)])
    func `a cost outside its ranges is refused`(operations: UInt64, memoryBytes: Int) {
        #expect(throws: KeyError.cost(operations: operations, memoryBytes: memoryBytes)) {
            try PassphraseSeal.Cost(operations: operations, memoryBytes: memoryBytes)
        }
    }

    private func sealed() throws -> PassphraseSeal {
        try PassphraseSeal(sealing: seed, passphrase: passphrase, cost: .least, salt: salt, nonce: nonce)
    }

    private func resized(_ bytes: [UInt8], _ change: Int) -> [UInt8] {
        change < 0 ? Array(bytes.dropLast(-change)) : bytes + [UInt8](repeating: 0, count: change)
    }
}
