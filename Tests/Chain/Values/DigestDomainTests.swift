import Testing

@testable import ConclaveChain

@Suite struct DigestDomainTests {
    @Test func `the same bytes have another digest in each domain`() {
        let domains: [DigestDomain] = [.transaction, .leaf, .branch, .roster, .state]
        #expect(Set(domains.map { $0.digest(of: [1, 2, 3]) }).count == domains.count)
        #expect(!domains.map { $0.digest(of: [1, 2, 3]) }.contains(ChainDigest(of: [1, 2, 3])))
        #expect(DigestDomain.leaf.digest(of: [1]) == DigestDomain.leaf.digest(of: [1]))
    }
}
