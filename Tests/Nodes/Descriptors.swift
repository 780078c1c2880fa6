import ConclaveCodec
import Glibc

/// The sockets that some process holds on a port of this machine, at either end; what is only remembered by
/// the kernel (TIME_WAIT) does not count.
package func socketsHeld(onPort port: UInt16) -> [String] {
    let suffix = ":" + hex(port)
    return lines(of: "/proc/self/net/tcp").dropFirst().compactMap { line in
        let fields = line.split(separator: " ")
        guard fields.count > 9, fields[1].hasSuffix(suffix) || fields[2].hasSuffix(suffix) else { return nil }
        return fields[9] == "0" ? nil : String(line)
    }
}

private func hex(_ port: UInt16) -> String {
    Hex.text([UInt8(port >> 8), UInt8(port & 0xFF)]).uppercased()
}

private func lines(of path: String) -> [Substring] {
    guard let file = unsafe fopen(path, "r") else { return [] }
    defer { unsafe fclose(file) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = unsafe fread(&chunk, 1, chunk.count, file), count > 0 {
        text += chunk.prefix(count)
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
}
