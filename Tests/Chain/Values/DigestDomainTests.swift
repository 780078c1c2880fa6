import Testing

@testable import ConclaveChain

@Suite struct DigestDomainTests {
    @Test func `the same bytes have another digest in each domain`() {
        let domains: [DigestDomain] = [.transaction, .body, .leaf, .branch, .committee, .state]
        #expect(Set(domains.map { $0.digest(of: [1, 2, 3]) }).count == domains.count)
        #expect(DigestDomain.body.digest(of: [1]) == DigestDomain.body.digest(of: [1]))
    }
}
