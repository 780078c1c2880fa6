internal import ConclavePrimitives

/// The certificates of one kind above the last final view, by view: the first valid one of each.
///
/// None can be dropped while nothing is final: any of them may be the parent or the gap of a proposal.
struct CertificateRow: Sendable {
    private var certificates: [Certificate] = []

    var count: Int { certificates.count }
    var last: Certificate? { certificates.last }
    var all: [Certificate] { certificates }

    subscript(view: View) -> Certificate? {
        let place = place(of: view)
        guard place < certificates.count, certificates[place].subject.view == view else { return nil }
        return certificates[place]
    }

    /// Keeps the first of its view.
    mutating func insert(_ certificate: Certificate) {
        let view = certificate.subject.view
        let place = place(of: view)
        if place < certificates.count, certificates[place].subject.view == view { return }
        certificates.insert(certificate, at: place)
    }

    mutating func drop(through view: View) {
        certificates.removeFirst(place(of: view.next))
    }

    /// The newest below `view`.
    func newest(below view: View) -> Certificate? {
        let place = place(of: view)
        return place > 0 ? certificates[place - 1] : nil
    }

    /// Whether every view strictly between the two is here. O(log n).
    func covers(above low: View, below high: View) -> Bool {
        let needed = high.distance(above: low.next)
        return UInt64(place(of: high) - min(place(of: low.next), place(of: high))) == needed
    }

    /// Those of the views strictly between the two, the newest `limit` of them, ascending.
    func newest(_ limit: Int, above low: View, below high: View) -> ArraySlice<Certificate> {
        let start = place(of: low.next), end = max(start, place(of: high))
        return certificates[max(start, end - limit)..<end]
    }

    /// The lowest `limit` views strictly between the two that are not here. O(limit · log n).
    func missing(_ limit: Int, above low: View, below high: View) -> [View] {
        var views: [View] = []
        var next = low.next
        while views.count < limit, next < high {
            next = firstMissing(from: next)
            if next < high { views.append(next) }
            next = next.next
        }
        return views
    }

    /// The first view from `view` on that is not here.
    private func firstMissing(from view: View) -> View {
        let start = place(of: view)
        var low = start, high = certificates.count
        // As long as none is missing, the certificate at start + k is of view + k.
        while low < high {
            let middle = low + (high - low) / 2
            let isDense = certificates[middle].subject.view == view.advanced(by: UInt64(middle - start))
            if isDense { low = middle + 1 } else { high = middle }
        }
        return view.advanced(by: UInt64(low - start))
    }

    private func place(of view: View) -> Int {
        certificates.firstPlace(notBelow: view) { $0.subject.view }
    }
}
