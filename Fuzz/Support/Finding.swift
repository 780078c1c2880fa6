/// What a fuzz target holds against the code under test: the sentence that did not hold.
package struct Finding: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Throws a finding unless `condition` holds.
package func expect(
    _ condition: @autoclosure () -> Bool, _ sentence: @autoclosure () -> String
) throws(Finding) {
    guard condition() else { throw Finding(sentence()) }
}
