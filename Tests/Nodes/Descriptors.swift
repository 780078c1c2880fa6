import ConclaveCodec
import Glibc

/// The sockets on a port of this machine, at either end, by the number that the kernel gives each only once.
/// Those that only the kernel remembers (TIME_WAIT) do not count.
package func sockets(onPort port: UInt16) -> Set<String> {
    let suffix = ":" + Hex.text([UInt8(port >> 8), UInt8(port & 0xFF)]).uppercased()
    return Set(
        rows().filter { $0[1].hasSuffix(suffix) || $0[2].hasSuffix(suffix) }.map { String($0[9]) })
}

/// All sockets of this machine that some process holds.
package func sockets() -> Set<String> {
    Set(rows().map { String($0[9]) })
}

private func rows() -> [[Substring]] {
    lines(of: "/proc/self/net/tcp").dropFirst().map { $0.split(separator: " ") }.filter {
        $0.count > 9 && $0[9] != "0"
    }
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

/// Memory of this process that is in use, in bytes.
package func residentBytes() -> Int {
    let pages = lines(of: "/proc/self/statm").first?.split(separator: " ").dropFirst().first
    return (pages.flatMap { Int($0) } ?? 0) * 4_096
}
