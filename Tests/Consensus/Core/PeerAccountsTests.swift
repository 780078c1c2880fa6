import ConclaveConsensusTrials
import ConclaveCryptography
import Testing

@testable import ConclaveConsensusCore

@Suite struct PeerAccountsTests {
    let peer = TrialKey.standIn(number: 1).publicKey

    @Test func `a courtesy is granted once in a while`() {
        var accounts = PeerAccounts()
        func grant(_ courtesy: PeerAccounts.Courtesy, at milliseconds: Int) -> Bool {
            accounts.grant(courtesy, to: peer, pause: .seconds(1), at: instant(milliseconds))
        }
        let toStranger = grant(.entry, at: 0)
        accounts.connect(peer)
        let granted = [
            grant(.entry, at: 0), grant(.entry, at: 999), grant(.closing, at: 999), grant(.entry, at: 1_000),
        ]
        #expect(!toStranger)
        #expect(granted == [true, false, true, true])
    }

    @Test func `whoever asks too often, or has had too much, gets no answer for a while`() {
        var accounts = PeerAccounts()
        accounts.connect(peer)
        var answered = 0
        for _ in 0..<1_000 where accounts.takeAsk(of: peer, at: instant(0)) { answered += 1 }
        #expect(answered == PeerAccounts.asks)
        let later = accounts.takeAsk(of: peer, at: instant(1_000))
        accounts.charge(3 * PeerAccounts.bytes, to: peer, at: instant(1_000))
        let tooSoon = accounts.takeAsk(of: peer, at: instant(1_500))
        let inTime = accounts.takeAsk(of: peer, at: instant(2_500))
        #expect(later)
        #expect(!tooSoon)
        #expect(inTime)
    }

    @Test func `one answer out of the journal at a time`() {
        var accounts = PeerAccounts()
        accounts.connect(peer)
        var begun = [accounts.beginServing(peer), accounts.beginServing(peer)]
        accounts.endServing(peer)
        begun.append(accounts.beginServing(peer))
        accounts.disconnect(peer)
        begun.append(accounts.beginServing(peer))
        #expect(begun == [true, false, true, false])
    }
}
