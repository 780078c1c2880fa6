package import ConclaveFuzzing

/// HTTP from both ends: clients of any kind at the endpoints of a node and of its chain, over loopback and
/// with the library that production has; and servers of any kind whose answers our commands read.
///
/// - What is answered is one answer of HTTP/1.1, as long as it says, and what says that it is JSON is.
/// - A request that is well made gets the status that a model of the paths gives it.
/// - Nothing but a transaction that was taken changes anything, and only POST brings one.
/// - Of a hostile answer no more is believed than there is, and nothing of it steers a terminal.
package enum FuzzHttp: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        switch choices.number(below: 8) {
        case 0...2: try anyBytes(&choices)
        case 3, 4: try wellMade(&choices)
        default: try HostileAnswers.run(&choices)
        }
    }

    private static func served() throws(Finding) -> Served {
        try Served.shared.get()
    }

    /// Bytes as they are. What is no whole request is left unanswered, and the connection broken off.
    private static func anyBytes(_ choices: inout Choices) throws(Finding) {
        let served = try served(), door = choices.element(of: Door.allCases)
        let head = choices.once(in: 2) ? "" : choices.element(of: Requests.lines)
        var request = Array(head.utf8) + choices.rest()
        if !request.contains("\r\n\r\n") { request += Array("\r\n\r\n".utf8) }
        let taken = served.taken
        let answer = try served.ask(request, at: door, .short)
        let isTaken = served.taken - taken
        try expect(isTaken == 0 || isTaken == 1 && request.contains("POST"), "\(isTaken) transactions taken")
        guard let answer, !answer.isEmpty else { return }
        let reply = try Reply(answer, mayLackBody: request.contains("HEAD"))
        try expect((reply.status == 202) == (isTaken == 1), "\(reply.status), and \(isTaken) taken")
    }

    private static func wellMade(_ choices: inout Choices) throws(Finding) {
        let served = try served(), door = choices.element(of: Door.allCases)
        let request = Requests.draw(&choices, at: door, served)
        let taken = served.taken
        guard let answer = try served.ask(request.bytes, at: door, .long),
            !answer.isEmpty || !request.isBeyondMemory
        else { return try expect(served.taken == taken, "a transaction was taken and nothing said") }
        let reply = try Reply(answer, mayLackBody: request.method == "HEAD")
        try expect(
            request.expected.contains(reply.status),
            "\(request.method) \(request.path) gets \(reply.status), not \(request.expected)")
        try expect(served.taken - taken == (reply.status == 202 ? 1 : 0), "\(reply.status), and taken")
        if request.method == "HEAD" { try expect(reply.body.isEmpty, "HEAD gets a body") }
    }
}

extension [UInt8] {
    func contains(_ word: String) -> Bool {
        let word = Array(word.utf8)
        return indices.contains { self[$0...].starts(with: word) }
    }
}
