import Testing

@Suite struct RulesTests {
    @Test(arguments: Rules.all) func `the checkout keeps the rule`(_ rule: any Rule) {
        let violations = rule.violations(in: .current)
        let isKept = violations.isEmpty
        let places = violations.map { "\n  \($0)" }.joined()
        #expect(isKept, "\(violations.count) × against: \(rule.name). \(rule.reason)\(places)")
    }

    @Test(arguments: Rules.all) func `the rule catches each sample that breaks it`(_ rule: any Rule) {
        #expect(!rule.bad.isEmpty)
        for sample in rule.bad {
            #expect(!rule.violations(in: sample).isEmpty, "\(sample.files.map(\.text))")
        }
    }

    @Test(arguments: Rules.all) func `the rule lets each sample pass that keeps it`(_ rule: any Rule) {
        #expect(!rule.good.isEmpty)
        for sample in rule.good {
            #expect(rule.violations(in: sample).isEmpty, "\(sample.files.map(\.text))")
        }
    }

    /// libsodium 1.0.18 lets points through that are not in the subgroup.
    @Test func `A36 libsodium's incomplete check of points is never called`() {
        let name = "crypto_core_ed25519_is_valid_point"
        let callers = Checkout.current.files.filter { !$0.isMarkdown && !$0.isUnder(["Tests/Tidy/"]) }
            .filter { $0.text.contains(name) }
        #expect(callers.map(\.path) == [])
    }

    /// What decodes, opens and decides about bytes from outside: nothing in it may end the process but
    /// what a caller of ours promises.
    @Test func `A37 nothing that a peer can reach traps`() {
        let rules: [any Rule] = [ForceUnwrap(), PeerReachableTraps()] + BannedConstruct.all
        let violations = rules.flatMap { $0.violations(in: .current) }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test func `the checkout that is read is this one`() {
        #expect(Checkout.current.file("Tests/Tidy/RulesTests.swift") != nil)
        #expect(Checkout.current.swift.count > 40)
        #expect(Manifest.libraries(in: .current).count > 10)
    }
}
