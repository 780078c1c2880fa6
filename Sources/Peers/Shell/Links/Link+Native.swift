import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// The items of the native profile, and discovery's in both.
extension Link {
    /// What a discovery message may hold on this link; nil in lookup.
    nonisolated var gossipLimits: DiscoveryMessage.Limits? {
        switch profile {
        case .commonware: parts.gossipLimits
        case .native: parts.gossipLimits?.ofItems
        }
    }

    nonisolated func encoded(_ message: DiscoveryMessage) -> [UInt8] {
        switch profile {
        case .commonware: message.encoded
        case .native: ControlItem.discovery(message).encoded
        }
    }

    /// A ping, the one that the machine waits for from now on. Its number is fit for keys, so that nobody can
    /// answer it unheard.
    func ping() -> [UInt8] {
        let number = parts.entropy.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
        machine.pinged(number, at: parts.now)
        return ControlItem.ping(number).encoded
    }

    func received(_ item: ControlItem, at now: Instant) -> [LinkMachine.Action] {
        if profile.layout == .packed { input.charge(item, at: now) }
        switch item {
        case .padding: return []
        case .hello(let hello):
            native.agent = hello.agent
            return machine.helloReceived()
        case .discovery(let message): return received(message, at: now)
        case .ping(let number): return machine.pingReceived(number, at: now)
        case .pong(let number): return [machine.pongReceived(number, at: now)]
        case .goodbye(let reason):
            tracker.heard(reason, on: ticket)
            return [machine.ended(isFinishing ? .shutdown : .goodbye(reason))]
        }
    }

    /// Says goodbye as the last thing, if the socket takes it at once. What waits is thrown away before: the
    /// item would stand behind it.
    func say(_ goodbye: GoodbyeReason) {
        outbox.discard()
        packer = RecordPacker(profile.layout)
        outbox.append(control: ControlItem.goodbye(goodbye).encoded)
        outbox.take(into: &packer)
        do throws(NonceExhausted) {
            try packer.pack(
                into: &queue, key: &sealing, segments: parts.memory.segments, budget: .max,
                at: parts.now)
        } catch {
            return
        }
        var outcome = WriteOutcome.took(0)
        unsafe queue.withBuffers { unsafe outcome = stream.write($0) }
        if case .took(let count) = outcome {
            tally.writtenBytes += UInt64(count)
            tally.written += UInt64(queue.consume(count, segments: parts.memory.segments))
        }
    }

    /// What arrives in pieces is paid for as it arrives, and the hello is looked at when the reader has done
    /// with it.
    func account() {
        native.hold(reader.pieceMemory)
        if !native.hasAgreed, let terms = reader.terms {
            native.agree()
            packer.agreed(recordBytes: terms.recordBytes)
            outbox.agreed(terms)
        }
    }

    func isPieceStuck(at now: Instant) -> Bool {
        guard profile.layout == .packed, input.mayRead else { return false }
        return native.pieces.isStuck(at: now, patience: parts.configuration.silenceTimeout) {
            reader.piecesArrived($0)
        }
    }
}
