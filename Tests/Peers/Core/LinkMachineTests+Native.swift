import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import ConclaveTransport
import Testing

/// The native profile: hello, measured pings, goodbyes. Local: a ping each 5 s, 5 s for the hello.
@Suite struct NativeLinkMachineTests {
    typealias Action = LinkMachine.Action

    private func link(_ direction: Direction = .accepted) throws -> LinkMachine {
        LinkMachine(
            configuration: try configuration(.local), direction: direction, wire: .native, at: at(0))
    }

    /// After both hellos, with ping 7 on its way since 100 ms.
    private func open() throws -> LinkMachine {
        var link = try link()
        _ = link.woke(at: at(0))
        link.heard(at: at(100))
        _ = link.helloReceived()
        link.pinged(7, at: at(100))
        return link
    }

    @Test(arguments: [Direction.accepted, .dialed])
    func `each side says hello first, and its link opens with the other's`(direction: Direction) throws {
        var link = try link(direction)
        #expect(link.woke(at: at(0)) == [.sendHello, .wake(at: at(5_000))])
        #expect(link.recordReceived() == .none)
        #expect(link.helloReceived() == [.opened, .sendPing])
    }

    @Test func `a hello that does not come ends the link when the handshake's time has passed again`() throws
    {
        var link = try link()
        _ = link.woke(at: at(0))
        link.heard(at: at(4_000))
        #expect(!link.woke(at: at(4_999)).contains(.close(.protocolError(.noHello))))
        #expect(link.woke(at: at(5_000)) == [.close(.protocolError(.noHello))])
    }

    @Test func `while we do not read, the hello is not late`() throws {
        var link = try link()
        _ = link.woke(at: at(0))
        link.readingPaused()
        #expect(link.woke(at: at(60_000)) == [.wake(at: at(65_000))])
        #expect(link.readingResumed(at: at(61_000)) == .wake(at: at(65_000)))
        #expect(link.woke(at: at(66_000)) == [.close(.protocolError(.noHello))])
    }

    @Test func `a pong measures the round trip, once`() throws {
        var link = try open()
        #expect(link.roundTrip == nil)
        #expect(link.pongReceived(7, at: at(130)) == .none)
        #expect(link.roundTrip == .milliseconds(30))
        #expect(link.pongReceived(7, at: at(131)) == .close(.protocolError(.outOfTurn)))
        #expect(!link.isOpen)
    }

    @Test func `a pong that nobody asked for ends the link`() throws {
        var link = try open()
        #expect(link.pongReceived(8, at: at(130)) == .close(.protocolError(.outOfTurn)))
    }

    @Test func `there is one ping at a time, and padding meanwhile`() throws {
        var link = try open()
        #expect(link.woke(at: at(5_000)) == [.sendPadding, .wake(at: at(10_000))])
        link.heard(at: at(9_000))
        _ = link.pongReceived(7, at: at(9_000))
        #expect(link.woke(at: at(10_000)) == [.sendPing, .wake(at: at(15_000))])
    }

    @Test func `of pings that come too soon the newest is answered when its time has come`() throws {
        var link = try open()
        #expect(link.pingReceived(1, at: at(1_000)) == [.sendPong(1)])
        #expect(link.pingReceived(2, at: at(1_000)) == [.sendPong(2)])
        let slowly: [Action] = [.readSlowly(until: at(3_500)), .wake(at: at(3_500))]
        #expect(link.pingReceived(3, at: at(1_001)) == slowly)
        #expect(link.pingReceived(4, at: at(1_002)) == slowly)
        #expect(link.woke(at: at(3_499)) == [.wake(at: at(3_500))])
        #expect(link.woke(at: at(3_500)) == [.sendPong(4), .wake(at: at(5_000))])
        #expect(link.pingReceived(5, at: at(3_500)).first == .readSlowly(until: at(6_000)))
    }

    @Test func `a ping that comes in time is answered instead of one that came too soon`() throws {
        var link = try open()
        for number: UInt64 in 1...3 { _ = link.pingReceived(number, at: at(1_000)) }
        #expect(link.pingReceived(4, at: at(3_500)) == [.sendPong(4)])
        #expect(link.woke(at: at(3_500)) == [.wake(at: at(5_000))])
    }

    @Test func `who is read again has its deadline although the alarm was for a later one`() throws {
        var profile = Profile.production
        profile.handshakeTimeout = .seconds(2)
        var link = LinkMachine(
            configuration: try configuration(profile), direction: .accepted, wire: .native, at: at(0))
        _ = link.woke(at: at(0))
        link.readingPaused()
        #expect(link.woke(at: at(2_000)) == [.wake(at: at(25_000))])
        #expect(link.readingResumed(at: at(3_000)) == .wake(at: at(5_000)))
        #expect(link.woke(at: at(5_000)) == [.close(.protocolError(.noHello))])
    }

    @Test func `what the peer is told of an end is a closed list, and a goodbye is not answered`() {
        let told: [(CloseReason, GoodbyeReason?)] = [
            (.shutdown, .shutdown), (.replaced, .replaced), (.protocolError(.forgedRecord), .protocolError),
            (.notAuthorised, .notWanted), (.hostFailure, .overloaded), (.silent, nil), (.writeStalled, nil),
            (.addressChanged, nil), (.requested, nil), (.endOfStream, nil), (.reset, nil),
            (.goodbye(.shutdown), nil),
        ]
        for (reason, goodbye) in told { #expect(reason.goodbye == goodbye, "\(reason)") }
    }

    @Test func `a message in pieces that stands still for the patience is stuck, one that crawls is not`() {
        var watch = PieceWatch()
        var bytes: UInt64? = 100
        func isStuck(_ seconds: Int) -> Bool {
            watch.isStuck(at: at(seconds * 1_000), patience: .seconds(15)) { $0 == .bulk ? bytes : nil }
        }
        #expect(!isStuck(0))
        bytes = 101
        #expect(!isStuck(14))
        #expect(!isStuck(28))
        #expect(isStuck(29))
        bytes = nil
        #expect(!isStuck(30))
        bytes = 101
        #expect(!isStuck(50), "that is another message")
    }
}
