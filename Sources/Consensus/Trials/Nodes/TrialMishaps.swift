/// What is going to go wrong at a node of a trial that is driven.
struct TrialMishaps {
    /// At the next event that leads to anything the process dies after so many actions.
    var fuse: Int?
    /// So many blocks does the application refuse, whatever they are.
    var refusals = 0
    /// So often has the application no block to build.
    var idleBuilds = 0
    /// Whether the journal was ever lost.
    var hasLostJournal = false
}
