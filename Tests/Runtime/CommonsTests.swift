import ConclaveRuntime
import Testing

@Suite struct CommonsTests {
    private final class Pool: Sendable {}
    private final class OtherPool: Sendable {}

    @Test func `all who share it get the same value of a type, made once`() {
        let commons = Commons()
        let first = commons.value { Pool() }
        #expect(commons.value { Pool() } === first)
    }

    @Test func `values of two types are kept apart`() {
        let commons = Commons()
        let pool = commons.value { Pool() }
        _ = commons.value { OtherPool() }
        #expect(commons.value { Pool() } === pool)
    }

    @Test func `two bodies of the runtime share nothing`() {
        let pool = Commons().value { Pool() }
        #expect(Commons().value { Pool() } !== pool)
    }
}
