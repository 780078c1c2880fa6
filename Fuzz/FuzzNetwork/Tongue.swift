internal import Conclave
internal import ConclaveSimulation

/// Puts what the attacker says into bytes.
struct Tongue: Sendable {
    let member, stranger: SigningKey
    let home: SocketAddress
    let honest: [Victim]
    let epoch: UInt64
    let namespace: Namespace

    struct Victim: Sendable {
        let key: SigningKey
        let address: SocketAddress
    }

    func bytes(_ utterance: Utterance, in profile: WireProfile, to victim: Int, at now: WallTime) -> [UInt8] {
        switch utterance {
        case .hello(let versions, let recordBytes):
            ControlItem.hello(hello(versions, recordBytes)).encoded
        case .ping(let number): profile == .commonware ? [1] : ControlItem.ping(number).encoded
        case .pong(let number): ControlItem.pong(number).encoded
        case .padding(let count): ControlItem.padding(byteCount: count).encoded
        case .goodbye(let reason): ControlItem.goodbye(reason).encoded
        case .greeting(let claim): encoded(.greeting(record(claim, to: victim, at: now)), profile)
        case .peers(let claims):
            encoded(.peers(PeerList(claims.map { record($0, to: victim, at: now) })), profile)
        case .vector(let epochsBack, let count, let bits):
            encoded(.bitVector(vector(epoch &- epochsBack, count, bits)), profile)
        case .message(let tag, let channel, let total, let body):
            message(tag, channel, total, body, profile)
        case .anything(let bytes): bytes
        }
    }

    private func hello(_ versions: ClosedRange<UInt8>, _ recordBytes: Int) -> NativeHello {
        NativeHello(
            versions: versions, recordBytes: recordBytes, agent: "intruder",
            channels: [.init(number: 0, messageBytesMax: 65_536)])
    }

    private func encoded(_ message: DiscoveryMessage, _ profile: WireProfile) -> [UInt8] {
        profile == .commonware ? message.encoded : ControlItem.discovery(message).encoded
    }

    private func vector(_ index: UInt64, _ count: Int, _ chosen: UInt8) -> BitVector {
        var bits = Bitmap(count: count)
        for place in 0..<count { bits[place] = chosen >> UInt8(place) & 1 == 1 }
        return BitVector(index: index, bits: bits)
    }

    private func message(
        _ tag: UInt8, _ channel: UInt64, _ total: UInt64, _ body: [UInt8], _ profile: WireProfile
    ) -> [UInt8] {
        var writer = Writer()
        if profile == .commonware {
            writer.byte(0)
            writer.varint(channel)
        } else {
            writer.byte(tag)
            if tag & 3 < 2 { writer.varint(channel) }
            if tag & 3 == 1 { writer.varint(total) }
        }
        writer.lengthPrefixed(body)
        return writer.bytes
    }

    // MARK: Records

    /// Nobody can sign for a validator: of those there is what it signed long ago.
    private func record(_ claim: Utterance.Claim, to victim: Int, at now: WallTime) -> AddressRecord {
        let time = now.advanced(by: claim.lateness)
        switch claim.subject {
        case .member:
            return AddressRecord(
                ingress: ingress(claim.place, victim), time: time, key: member, namespace: namespace)
        case .stranger:
            return AddressRecord(
                ingress: ingress(claim.place, victim), time: time, key: stranger, namespace: namespace)
        case .honest(let number):
            let signer = honest[number % honest.count]
            let past = ClockErrors.beginning.advanced(by: .seconds(-60))
            return AddressRecord(
                ingress: .socket(signer.address), time: past, key: signer.key, namespace: namespace)
        }
    }

    private func ingress(_ place: Utterance.Place, _ victim: Int) -> Ingress {
        let nowhere = SocketAddress(IPAddress(v4: 8, 8, 8, 8), port: 9)
        return switch place {
        case .home: .socket(home)
        case .victim: .socket(honest[victim].address)
        case .nowhere: .socket(nowhere)
        case .name: (try? HostName("nobody.example")).map { .name($0, port: 1) } ?? .socket(nowhere)
        }
    }
}
