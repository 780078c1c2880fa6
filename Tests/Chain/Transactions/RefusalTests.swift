import ConclaveChain
import Testing

@Suite struct RefusalTests {
    @Test func `each reason has a name of its own and says what would be right in one line`() {
        let all: [Refusal] = [
            .wrongChain, .badSignature, .unprovenContact, .amountZero, .unknownAccount,
            .nonceTooLow(expected: 7), .nonceTooHigh(expected: 7), .balanceShort(available: 7),
            .stakeShort(available: 7), .stakeBelowMinimum(7), .contactMissing, .notBonded, .networkKeyInUse,
            .portZero, .lastValidator,
        ]
        #expect(Set(all.map(\.code)).count == all.count)
        #expect(Set(all.map(\.message)).count == all.count)
        #expect(all.allSatisfy { !$0.message.contains("\n") })
        #expect(Refusal.nonceTooHigh(expected: 7).message.hasSuffix("the next one is 7"))
    }
}
