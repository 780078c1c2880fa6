import ConclaveRuntime

/// Mailboxes of those who follow something. Each belongs to its reader: when that lets it go it is forgotten.
struct Subscribers<Event: Sendable> {
    private struct Reference {
        weak var mailbox: Mailbox<Event>?
    }

    private var mailboxes: [Reference] = []
    private var isClosed = false

    mutating func add(_ mailbox: Mailbox<Event>) {
        guard !isClosed else { return mailbox.close() }
        mailboxes.removeAll { $0.mailbox == nil }
        mailboxes.append(Reference(mailbox: mailbox))
    }

    func publish(_ event: Event) {
        for reference in mailboxes { reference.mailbox?.offer(event) }
    }

    /// Ends every reader, and whoever is added later.
    mutating func close() {
        isClosed = true
        for reference in mailboxes { reference.mailbox?.close() }
    }
}
