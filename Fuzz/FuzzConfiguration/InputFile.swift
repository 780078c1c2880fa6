internal import ConclaveFuzzing
internal import Glibc

/// The input as a file in memory, of this process alone.
struct InputFile {
    let name: String
    let text: String

    var path: String { "/dev/shm/" + name }

    init(_ bytes: [UInt8]) throws(Finding) {
        name = "conclave-fuzz-\(getpid())-\(bytes.isEmpty ? "copy" : "input")"
        text = String(decoding: bytes, as: UTF8.self)
        let file = unsafe fopen(path, "w")
        guard let file = unsafe file else { throw Finding("\(path) cannot be written") }
        let written = unsafe fwrite(bytes, 1, bytes.count, file)
        guard unsafe fclose(file) == 0, written == bytes.count else {
            throw Finding("\(path) cannot be written")
        }
    }

    func remove() { unsafe unlink(path) }
}
