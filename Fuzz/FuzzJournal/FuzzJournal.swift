package import ConclaveFuzzing

/// What a node finds in its journal when it starts: all of it, its beginning, or, where a disk or somebody
/// has changed it, anything.
///
/// - A record that is torn or changed is refused, or is another one with that very form.
/// - A machine that starts from any records, whatever they say, lives.
/// - From a journal that is whole up to some record it stands where a model says, and never contradicts a
///   vote that lies there, whatever it hears then.
package enum FuzzJournal: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        switch choices.number(below: 3) {
        case 0: try JournalTrial.damaged(&choices)
        default: try JournalTrial.whole(&choices)
        }
    }
}
