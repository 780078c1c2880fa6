internal import ConclaveFuzzing

/// The bytes of a stream, and where its records begin.
struct Stream {
    let bytes: [UInt8]
    /// Of the records that are there whole.
    private let records: [Range<Int>]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        records = Self.records(bytes)
    }

    /// Bytes of the records that end at `place` or in front of it.
    func wholeRecords(before place: Int) -> Int {
        records.last { $0.upperBound <= place }?.upperBound ?? 0
    }

    func hasWholeRecord(at place: Int) -> Bool {
        records.contains { $0.lowerBound == place }
    }

    /// The stream after somebody had it in his hands, and the first byte that is not what was sent.
    func touched(_ choices: inout Choices) -> (bytes: [UInt8], first: Int) {
        var touched = bytes
        for _ in 0..<choices.number(in: 1...3) where !touched.isEmpty {
            touch(&touched, &choices)
        }
        let first = zip(bytes, touched).enumerated().first { $1.0 != $1.1 }?.offset
        return (touched, first ?? min(bytes.count, touched.count))
    }

    private func touch(_ touched: inout [UInt8], _ choices: inout Choices) {
        let place = choices.number(below: touched.count)
        switch choices.number(below: 7) {
        case 0, 1: touched[place] ^= 1 << UInt8(choices.number(below: 8))
        case 2: touched.removeLast(choices.number(below: touched.count))
        case 3: touched.insert(contentsOf: choices.bytes(atMost: 40), at: place)
        case 4: touched.removeSubrange(place..<min(touched.count, place + choices.number(in: 1...100)))
        case 5: move(&touched, &choices)
        default: touched += choices.bytes(atMost: 100)
        }
    }

    /// One record goes where another is, is sent again there, or is dropped.
    private func move(_ touched: inout [UInt8], _ choices: inout Choices) {
        guard !records.isEmpty else { return }
        var order = Array(records.indices)
        let from = choices.number(below: order.count), to = choices.number(below: order.count)
        switch choices.number(below: 3) {
        case 0: order.swapAt(from, to)
        case 1: order.insert(from, at: to)
        default: order.remove(at: from)
        }
        touched = order.flatMap { bytes[records[$0]] }
    }

    private static func records(_ bytes: [UInt8]) -> [Range<Int>] {
        var records: [Range<Int>] = [], start = 0
        while start < bytes.count {
            var length = 0, place = start, shift = 0
            while place < bytes.count, shift < 35 {
                length |= Int(bytes[place] & 0x7F) << shift
                place += 1
                shift += 7
                if bytes[place - 1] < 0x80 { break }
            }
            guard place < bytes.count, place + length <= bytes.count else { return records }
            records.append(start..<place + length)
            start = place + length
        }
        return records
    }
}
