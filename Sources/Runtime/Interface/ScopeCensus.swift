import ConclavePrimitives

/// How many tasks the parts of a node have, a part being what lies below one scope right below the root.
///
/// Kept by name, so that what a part counted stays when it has ended.
struct ScopeCensus {
    struct Part {
        var tasks = 0, restarts = 0
    }

    /// Most names; what has another counts under ``others``. Names come from the code and are few: this holds
    /// even if one is made up of something that is not.
    static let partsMax = 64
    static let others = "other"

    private(set) var parts = SortedArray<String, Part>()

    mutating func count(_ name: String, tasks: Int = 0, restarts: Int = 0) {
        let isKnown = parts[name] != nil || parts.count < Self.partsMax
        let key = isKnown ? name : Self.others
        var part = parts[key] ?? Part()
        part.tasks += tasks
        part.restarts += restarts
        parts[key] = part
    }
}
