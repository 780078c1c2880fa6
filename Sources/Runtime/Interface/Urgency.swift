/// Which of the messages in a mailbox come out first: a more urgent one overtakes all that are less urgent,
/// and those of one urgency keep their order.
///
/// Each urgency has the mailbox's bounds for itself, so no flood of the less urgent refuses or drops an
/// urgent message. A flood of the urgent holds up the others.
public enum Urgency: Int, CaseIterable, Sendable {
    /// What others wait for, and what is small and rare.
    case urgent
    case normal
    /// What can wait.
    case background
}
