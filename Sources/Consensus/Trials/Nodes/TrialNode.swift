internal import ConclaveConsensusCore
internal import ConclavePrimitives

/// An honest node of a trial: the machine, and around it what outlives it. It belongs to one trial; a class,
/// because the trial looks at it all the time and copies of a machine are dear.
final class TrialNode {
    let key: TrialKey
    /// Nil while the process is dead.
    var machine: ConsensusMachine<TrialKey, TrialVerifier>?
    var disk = TrialDisk()
    var application: TrialApplication
    /// Batches that were handed to the disk and may still be lost.
    var unsynced: [JournalBatch] = []
    /// Every own vote that the disk ever had.
    var keptVotes: Set<Subject> = []
    /// Counts lives of the process; what was set in an earlier one is void.
    var life = 0
    var crashes = 0
    /// How far the node's clock is ahead of the true time.
    var skew = Duration.zero
    /// The earliest alarm that is set.
    var wakeAt = Instant.distantFuture
    /// The last place that liars were told of.
    var place: (epoch: Epoch, view: View) = (0, 0)
    /// What somebody who drives the trial has laid in its way.
    var mishaps = TrialMishaps()
    /// The highest height delivered in this life.
    var delivered: Height = 0

    init(key: TrialKey, application: TrialApplication) {
        self.key = key
        self.application = application
    }

    func clock(at now: Instant) -> Instant { now.advanced(by: skew) }
}
