import ConclavePrimitives

/// Which scopes exist, below whom, and which of them have a task that still lives.
///
/// Events in, actions out: nothing here starts, cancels or resumes anything itself. The rules:
/// - Cancelling goes down: a scope that stops takes everything below it along, and takes nothing new.
/// - A scope with a task has ended when its body has returned and everything below it has ended.
/// - A scope that fails stops everything below it first; then its policy decides.
struct ScopeTree: ~Copyable {
    /// What the shell must do, outside its lock, in this order.
    enum Action {
        case cancel(Task<Void, Never>)
        case tell(Reply<Void>)
        case start(ScopeLaunch)
        case report(path: String, failure: any Error, ScopeVerdict, ScopeAttempt)
        /// Let go of it: what a body captured, or an error, may end with it and ask this tree something.
        case release(any Sendable)
    }

    private var scopes: [Scope.Number: Scope] = [:]
    private var nextNumber: Scope.Number = 1
    private(set) var census = ScopeCensus()

    // MARK: Events

    /// A new scope below `parent`, or a root. Nil when the parent takes nothing new.
    mutating func add(
        _ name: String, below parent: Scope.Number?, attempt: ScopeAttempt?,
        at now: Instant
    ) -> (number: Scope.Number, path: String)? {
        var above: Scope?
        if let parent {
            guard let scope = scopes[parent], scope.isOpen else { return nil }  // I8
            above = scope
        }
        let scope = Scope(number: nextNumber, name: name, parent: above, attempt: attempt, started: now)
        nextNumber += 1
        scopes[scope.number] = scope
        above?.children[scope.number] = scope
        if attempt != nil { count(scope, tasks: 1) }
        return (scope.number, scope.path)
    }

    /// A launch has become a task. It may have ended already, or the scope may have been stopped meanwhile.
    mutating func started(_ launch: ScopeLaunch, as task: Task<Void, Never>) -> [Action] {
        guard let scope = scopes[launch.number], scope.bodyRuns, scope.starts == launch.ordinal
        else { return [] }
        scope.task = task
        return scope.isOpen ? [] : [.cancel(task)]
    }

    /// The body of `number` returned or threw.
    mutating func bodyEnded(_ number: Scope.Number, failure: (any Error)?, at now: Instant) -> [Action] {
        guard let scope = scopes[number] else { return [] }
        var actions: [Action] = []
        scope.bodyRuns = false
        scope.task = nil
        if let failure { fail(scope, failure, &actions) }
        settle(scope, at: now, &actions)
        return actions
    }

    /// Stops `number` and everything below it for good.
    mutating func stop(_ number: Scope.Number, at now: Instant) -> [Action] {
        guard let scope = scopes[number] else { return [] }
        var actions: [Action] = []
        halt(scope, as: .stopping, &actions)
        settle(scope, at: now, &actions)
        return actions
    }

    /// Tells `reply` when `number` has ended; at once if it has.
    mutating func wait(for number: Scope.Number, _ reply: Reply<Void>) -> [Action] {
        guard let scope = scopes[number] else { return [.tell(reply)] }
        scope.waiting.append(reply)
        return []
    }

    // MARK: Questions

    borrowing func isOpen(_ number: Scope.Number) -> Bool { scopes[number]?.isOpen ?? false }
    borrowing func live(_ number: Scope.Number) -> Int { scopes[number]?.live ?? 0 }
    borrowing func launch(_ number: Scope.Number) -> ScopeLaunch? { scopes[number]?.launch(after: .zero) }
    borrowing func drawing(of number: Scope.Number) -> String { scopes[number]?.drawing() ?? "" }

    // MARK: Rules

    private mutating func count(_ scope: Scope, tasks change: Int) {
        scope.count(change)
        census.count(scope.part, tasks: change)
    }

    private mutating func halt(_ scope: Scope, as phase: Scope.Phase, _ actions: inout [Action]) {
        if case .failing(let failure) = scope.phase { actions.append(.release(failure)) }
        scope.phase = phase
        if let task = scope.task { actions.append(.cancel(task)) }
        for (_, child) in scope.children { halt(child, as: .stopping, &actions) }
    }

    /// A scope without a task has no policy: it stops, and its parent fails with it.
    private mutating func fail(_ scope: Scope, _ failure: any Error, _ actions: inout [Action]) {
        guard scope.isOpen else { return }
        if scope.attempt != nil {
            halt(scope, as: .failing(failure), &actions)
        } else {
            halt(scope, as: .stopping, &actions)
            if let parent = scope.parent { fail(parent, failure, &actions) }
        }
    }

    /// Decides what follows if nothing in `scope` runs any more.
    private mutating func settle(_ scope: Scope, at now: Instant, _ actions: inout [Action]) {
        guard let attempt = scope.attempt else {
            if scope.live == 0, !scope.isOpen { end(scope, failure: nil, at: now, &actions) }
            return
        }
        guard !scope.bodyRuns, scope.live == 1 else { return }  // I8
        switch scope.phase {
        case .open, .stopping: end(scope, failure: nil, at: now, &actions)
        case .failing(let failure): judge(scope, failure, attempt, at: now, &actions)
        }
    }

    private mutating func judge(
        _ scope: Scope, _ failure: any Error, _ attempt: ScopeAttempt,
        at now: Instant, _ actions: inout [Action]
    ) {
        switch attempt.policy {
        case .ignore:
            actions.append(.report(path: scope.path, failure: failure, .ignored, attempt))
            end(scope, failure: failure, at: now, &actions)
        case .restart(let backoff, let limit):
            scope.failures = scope.started.duration(to: now) > backoff.longest ? 1 : scope.failures + 1
            guard scope.failures <= limit else { return giveUp(scope, failure, attempt, at: now, &actions) }
            actions.append(.report(path: scope.path, failure: failure, .restarted, attempt))
            restart(scope, after: backoff.pause(afterFailures: scope.failures), at: now, &actions)
        case .stopParent:
            giveUp(scope, failure, attempt, at: now, &actions)
        }
    }

    private mutating func restart(
        _ scope: Scope, after pause: Duration, at now: Instant,
        _ actions: inout [Action]
    ) {
        discardChildren(of: scope, &actions)
        scope.phase = .open
        scope.bodyRuns = true
        scope.starts += 1
        census.count(scope.part, restarts: 1)
        scope.started = now.advanced(by: pause)
        if let launch = scope.launch(after: pause) { actions.append(.start(launch)) }
    }

    private mutating func giveUp(
        _ scope: Scope, _ failure: any Error, _ attempt: ScopeAttempt,
        at now: Instant, _ actions: inout [Action]
    ) {
        actions.append(.report(path: scope.path, failure: failure, .stopped, attempt))
        if let parent = scope.parent { fail(parent, failure, &actions) }
        end(scope, failure: failure, at: now, &actions)
    }

    /// `scope` is gone: its waiters hear of it, and what is above may end in turn.
    private mutating func end(
        _ scope: Scope, failure: (any Error)?, at now: Instant,
        _ actions: inout [Action]
    ) {
        discardChildren(of: scope, &actions)
        if let attempt = scope.attempt {
            attempt.failure.withLock { $0 = failure }
            count(scope, tasks: -1)
            actions.append(.release(attempt))
        }
        scopes[scope.number] = nil
        actions += scope.waiting.map { .tell($0) }
        guard let parent = scope.parent else { return }
        parent.children[scope.number] = nil
        settle(parent, at: now, &actions)
    }

    /// Forgets the scopes below `scope`: none of them has a task left.
    private mutating func discardChildren(of scope: Scope, _ actions: inout [Action]) {
        for (number, child) in scope.children {
            discardChildren(of: child, &actions)
            actions += child.waiting.map { .tell($0) }
            scopes[number] = nil
        }
        scope.children = SortedArray()
    }
}

extension Scope {
    /// This scope and those below it, a line each, for people.
    func drawing(indent: Int = 0) -> String {
        let name = indent == 0 ? path : String(path.split(separator: "/").last ?? "")
        let state =
            switch phase {
            case .open: bodyRuns ? doing : attempt == nil ? "" : " waits for those below"
            case .failing: " failing" + doing
            case .stopping: " stopping" + doing
            }
        let line = String(repeating: "  ", count: indent) + name + state + "\n"
        return children.reduce(line) { $0 + $1.value.drawing(indent: indent + 1) }
    }

    /// What the body does; nothing once it has returned.
    private var doing: String {
        guard bodyRuns, let attempt else { return "" }
        return (isOpen ? " " : ", ") + attempt.note.wait.text
    }
}
