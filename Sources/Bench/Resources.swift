import Glibc

/// What this process has used and holds, as the kernel counts it.
enum Resources {
    /// Processor time of all threads, the kernel's included, in seconds.
    static var processorSeconds: Double {
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        let times = [usage.ru_utime, usage.ru_stime]
        return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    /// Resident memory, files included, in bytes.
    static var residentBytes: Int { status("VmRSS") }

    /// Resident memory that is this process's own, in bytes.
    static var anonymousBytes: Int { status("RssAnon") }

    /// Gives the kernel back what the allocator keeps for later. False where the C library cannot.
    @discardableResult
    static func trim() -> Bool {
        // Glibc does not show it.
        guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return false }
        let trim = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)
        _ = trim(0)
        return true
    }

    /// Lets this process open as many descriptors as it may be allowed.
    static func raiseDescriptors() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Keeps this thread, and all that it starts from now on, on the first processor that it may run on.
    static func useOneProcessor() {
        guard let get = unsafe affinity("sched_getaffinity"), let set = unsafe affinity("sched_setaffinity")
        else { return }
        // Room for 1,024 processors, as the kernel's own type has.
        var mask = [UInt8](repeating: 0, count: 128)
        guard unsafe get(0, mask.count, &mask) >= 0, let byte = mask.firstIndex(where: { $0 != 0 }) else {
            return
        }
        let bit = UInt8(1) << UInt8(mask[byte].trailingZeroBitCount)
        mask = [UInt8](repeating: 0, count: mask.count)
        mask[byte] = bit
        _ = unsafe set(0, mask.count, &mask)
    }

    private typealias Affinity = @convention(c) (pid_t, Int, UnsafeMutableRawPointer) -> CInt

    /// Glibc does not show these two.
    private static func affinity(_ name: String) -> Affinity? {
        unsafe dlsym(nil, name).map { symbol in unsafe unsafeBitCast(symbol, to: Affinity.self) }
    }

    /// A line of `/proc/self/status`, which counts in KiB.
    private static func status(_ name: String) -> Int {
        let file = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe read(file, &bytes, bytes.count)
        let lines = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n")
        let words = lines.first { $0.hasPrefix(name + ":") }?.split { $0 == " " || $0 == "\t" } ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) << 10 : 0
    }
}
