import FoundationEssentials

/// Finds keys that stand twice in one object. Foundation's decoder takes one of the two and does not say so;
/// a file with a line that does not count misleads whoever reads it.
enum JSONKeys {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// The first key that stands twice; nil if none does.
    ///
    /// - Parameter bytes: valid JSON; of anything else the answer means nothing.
    static func repeated(in bytes: [UInt8]) -> String? {
        // The keys of each object that is open, nil for a list.
        var open: [Set<String>?] = []
        var place = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "{"): open.append([])
            case UInt8(ascii: "["): open.append(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case quote:
                let end = endOfString(in: bytes, from: place)
                if isKey(in: bytes, endingAt: end), let last = open.indices.last {
                    let key = text(of: bytes[place..<end])
                    if open[last]?.insert(key).inserted == false { return key }
                }
                place = end
                continue
            case _: break
            }
            place += 1
        }
        return nil
    }

    /// Behind the quote that ends the string which begins at `start`.
    private static func endOfString(in bytes: [UInt8], from start: Int) -> Int {
        var place = start + 1
        while place < bytes.count, bytes[place] != quote {
            place += bytes[place] == backslash ? 2 : 1
        }
        return min(place + 1, bytes.count)
    }

    private static func isKey(in bytes: [UInt8], endingAt end: Int) -> Bool {
        bytes[end...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ":")
    }

    /// What a string means: two that are written in different ways may be one.
    private static func text(of string: ArraySlice<UInt8>) -> String {
        guard string.contains(backslash),
            let texts = try? JSONDecoder().decode([String].self, from: Data([0x5B] + string + [0x5D])),
            let text = texts.first
        else { return String(decoding: string.dropFirst().dropLast(), as: UTF8.self) }
        return text
    }
}
