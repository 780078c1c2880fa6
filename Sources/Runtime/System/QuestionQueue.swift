import ConclaveCodec
import ConclaveRuntime

/// Which names are to be resolved, in what order, and who waits for each.
struct QuestionQueue {
    typealias Asker = Reply<Resolver.Answer>

    enum Place {
        /// The name waits for a thread.
        case waits
        /// The name waits or is being asked for already; its answer will be shared.
        case joined
        /// As many names wait as may.
        case full
    }

    private let namesMax: Int
    private var names: [HostName] = []
    /// Of the names that wait and of those that are being asked for.
    private var askers: [HostName: [Asker]] = [:]

    init(namesMax: Int) {
        self.namesMax = namesMax
    }

    mutating func add(_ host: HostName, _ asker: Asker) -> Place {
        if var others = askers[host] {
            others.removeAll(where: \.isTold)
            askers[host] = others + [asker]
            return .joined
        }
        if names.count >= namesMax { forgetUnwanted() }
        guard names.count < namesMax else { return .full }
        names.append(host)
        askers[host] = [asker]
        return .waits
    }

    /// The next name that somebody waits for, to be asked for now.
    mutating func next() -> HostName? {
        while !names.isEmpty {
            let host = names.removeFirst()
            if isWanted(host) { return host }
            askers[host] = nil
        }
        return nil
    }

    /// Who waits for the answer about `host`, which ``next()`` gave.
    mutating func answered(_ host: HostName) -> [Asker] {
        askers.removeValue(forKey: host) ?? []
    }

    /// Everybody whose name is not being asked for yet; it will not be.
    mutating func takeWaiting() -> [Asker] {
        exchange(&names, with: []).flatMap { askers.removeValue(forKey: $0) ?? [] }
    }

    private func isWanted(_ host: HostName) -> Bool {
        askers[host]?.contains { !$0.isTold } ?? false
    }

    private mutating func forgetUnwanted() {
        for host in names where !isWanted(host) { askers[host] = nil }
        names.removeAll { askers[$0] == nil }
    }
}
