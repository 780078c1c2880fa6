import ConclavePrimitives

/// One node of the scope tree: a name, perhaps a task, and what lives below it. Touched only under the tree's
/// lock.
final class Scope {
    typealias Number = UInt64

    enum Phase {
        case open
        /// The body or a child failed; everything below is being stopped, then the policy decides.
        case failing(any Error)
        /// Cancelled for good.
        case stopping
    }

    let number: Number
    let path: String
    /// The name of the scope right below the root that this one is or is part of; a root's own name.
    let part: String
    let parent: Scope?
    /// Nil for a scope without a task.
    let attempt: ScopeAttempt?

    var phase = Phase.open
    var bodyRuns: Bool
    var starts = 1
    var task: Task<Void, Never>?
    /// Failures in a row.
    var failures = 0
    var started: Instant
    /// Tasks in this scope and below that have not ended, its own included.
    var live = 0
    var children = SortedArray<Number, Scope>()
    var waiting: [Reply<Void>] = []

    init(number: Number, name: String, parent: Scope?, attempt: ScopeAttempt?, started: Instant) {
        self.number = number
        path = parent.map { $0.path + "/" + name } ?? name
        // What is two below a root, or deeper, is part of what it is below.
        part = parent?.parent == nil ? name : parent?.part ?? name
        self.parent = parent
        self.attempt = attempt
        self.started = started
        bodyRuns = attempt != nil
    }

    /// The next start of this scope's task; nil for a scope without one.
    func launch(after pause: Duration) -> ScopeLaunch? {
        attempt.map { ScopeLaunch(number: number, path: path, attempt: $0, ordinal: starts, pause: pause) }
    }

    var isOpen: Bool {
        switch phase {
        case .open: true
        case .failing, .stopping: false
        }
    }

    /// Adds to the living tasks of this scope and of all above.
    func count(_ change: Int) {
        var next: Scope? = self
        while let scope = next {
            scope.live += change
            next = scope.parent
        }
    }
}
