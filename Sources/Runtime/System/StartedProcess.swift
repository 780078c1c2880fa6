import CConclaveSystem
import ConclaveRuntime
import Glibc

/// What a fresh child leaves in our hands: its number and three descriptors of ours.
struct StartedProcess {
    let process: Int32
    /// Writing end of its standard input.
    let input: Int32
    /// Reading end of its standard output.
    let output: Int32
    /// Readable when it has ended.
    let descriptor: Int32

    init(_ command: ChildProcess.Command) throws(HostFailure) {
        var opened = Descriptors()
        defer { opened.closeAll() }
        let stdin = try opened.pipe(), stdout = try opened.pipe()
        var errors: Int32 = -1
        if case .file(let path) = command.errors { errors = try opened.keep(unsafe conclave_open_log(path)) }
        let ends = conclave_child_descriptors(input: stdin.reading, output: stdout.writing, errors: errors)
        let process = try Self.spawn(command, ends)
        do throws(HostFailure) {
            descriptor = try opened.keep(conclave_process_descriptor(process))
            let code = conclave_set_nonblocking(stdout.reading)
            guard code == 0 else { throw HostFailure(code, in: .spawn) }
        } catch {
            _ = ChildProcess.Exit(killing: process)  // what we cannot watch must not run
            throw error
        }
        self.process = process
        input = stdin.writing
        output = stdout.reading
        opened.release([input, output, descriptor])
    }

    private static func spawn(
        _ command: ChildProcess.Command,
        _ ends: conclave_child_descriptors
    ) throws(HostFailure) -> Int32 {
        var process: Int32 = -1
        let arguments = CStrings([command.path] + command.arguments)
        let environment = command.environment.map(CStrings.init)
        let code = withExtendedLifetime((arguments, environment)) {
            unsafe conclave_spawn(&process, command.path, arguments.pointers, environment?.pointers, ends)
        }
        guard code == 0 else { throw HostFailure(code, in: .spawn) }
        return process
    }
}

/// Descriptors that are closed unless somebody takes them over.
private struct Descriptors {
    private var open: [Int32] = []

    mutating func keep(_ descriptor: Int32) throws(HostFailure) -> Int32 {
        guard descriptor >= 0 else { throw HostFailure(descriptor, in: .spawn) }
        open.append(descriptor)
        return descriptor
    }

    mutating func pipe() throws(HostFailure) -> (reading: Int32, writing: Int32) {
        var reading: Int32 = -1, writing: Int32 = -1
        let code = unsafe conclave_pipe(&reading, &writing)
        guard code == 0 else { throw HostFailure(code, in: .spawn) }
        open += [reading, writing]
        return (reading, writing)
    }

    mutating func release(_ taken: [Int32]) {
        open.removeAll { taken.contains($0) }
    }

    mutating func closeAll() {
        for descriptor in open { conclave_close(descriptor) }
        open = []
    }
}

/// A null-terminated array of C strings.
@safe
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        unsafe pointers = .allocate(capacity: count + 1)
        unsafe pointers.initialize(repeating: nil, count: count + 1)
        for (index, text) in texts.enumerated() { unsafe pointers[index] = strdup(text) }
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
