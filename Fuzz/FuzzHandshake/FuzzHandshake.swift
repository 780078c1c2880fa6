package import ConclaveFuzzing
internal import ConclaveTransport

/// Two who shake hands, through somebody who sees all and has recorded other handshakes.
///
/// - Whoever ends with a session has heard exactly what the other side said to him in this handshake: an
///   attacker can do nothing but pass on.
/// - If nothing was touched and the clocks agree, both end with a session in the same profile, and what one
///   seals the other opens.
/// - What opened a handshake once opens none a second time.
package enum FuzzHandshake: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        let parties = try Parties(&choices)
        let dialer = try parties.dial()
        let opening = Passed(dialer.output, parties.tamper(dialer.output, .opening, &choices))

        let answer: ListenerConfirmation
        do throws(HandshakeFault) {
            answer = try parties.answer(opening.heard)
        } catch {
            return try expect(!opening.isWhole || !parties.shouldAnswer, "the listener refuses: \(error)")
        }
        try expect((try? parties.answer(opening.heard)) == nil, "the same opening is answered twice")

        let reply = Passed(answer.output, parties.tamper(answer.output, .reply, &choices))
        let session: DialerSession
        do throws(HandshakeFault) {
            session = try parties.finish(dialer, reply.heard)
        } catch {
            try expect(
                !opening.isWhole || !reply.isWhole || !parties.shouldFinish, "the dialer refuses: \(error)")
            return try intrude(answer, parties.tamper([], .confirmation, &choices))
        }
        try expect(opening.isWhole && reply.isWhole, "the dialer has a session, and heard something else")
        let ack = Passed(session.output, parties.tamper(session.output, .confirmation, &choices))
        try confirm(answer, session, ack, parties)
    }

    /// The listener's last step, after a dialer who is content.
    private static func confirm(
        _ answer: consuming ListenerConfirmation, _ session: consuming DialerSession, _ ack: Passed,
        _ parties: Parties
    ) throws(Finding) {
        let keys: SessionKeys
        do throws(HandshakeFault) {
            keys = try answer.received(ack: ack.heard)
        } catch {
            return try expect(!ack.isWhole, "the listener does not take the dialer's word: \(error)")
        }
        try expect(ack.isWhole, "the listener has a session, and heard something else")
        try parties.check(session, keys)
    }

    /// Nobody but the dialer can say the last word, and he has not.
    private static func intrude(
        _ answer: consuming ListenerConfirmation, _ word: [UInt8]
    ) throws(Finding) {
        if (try? answer.received(ack: word)) != nil {
            throw Finding("the listener has a session with somebody who never finished")
        }
    }
}
