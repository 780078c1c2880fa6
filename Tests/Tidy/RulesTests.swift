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

    @Test func `the checkout that is read is this one`() {
        #expect(Checkout.current.file("Tests/Tidy/RulesTests.swift") != nil)
        #expect(Checkout.current.swift.count > 40)
        #expect(Manifest.libraries(in: .current).count > 10)
    }
}
