import ConclaveRuntime

/// One benchmark over real sockets: what its processes do, and what is made of what they report.
protocol Benchmark: Sendable {
    static var name: String { get }
    /// Which of the options it heeds, in the order in which they are printed.
    static var settings: [Setting] { get }
    /// The keys of the figures, in the order in which they are printed.
    static var figures: [String] { get }
    static var layout: Layout { get }

    /// What a process of it does. One of them prints the figures as its last line.
    static func play(_ role: BenchOptions.Role, _ options: BenchOptions, _ context: Context) async throws
    /// The comparison programs' command lines for one round.
    static func references(_ options: BenchOptions) -> [Reference]
}

/// An option that changes what a benchmark measures; its name is the key in JSON.
enum Setting: String, Sendable {
    case size, nodes, loops

    func value(in options: BenchOptions) -> Int {
        switch self {
        case .size: options.size
        case .nodes: options.nodes
        case .loops: options.loops
        }
    }

    /// For people.
    func text(in options: BenchOptions) -> String {
        switch self {
        case .size: "\(options.size) B"
        case .nodes: "\(options.nodes) nodes"
        case .loops: options.loops == 1 ? "1 loop" : "\(options.loops) loops"
        }
    }
}

/// Which processes a round has.
enum Layout: Sendable {
    /// One that listens and one that dials.
    case pair
    /// One that has everything in it.
    case alone
}

extension Benchmark {
    static func references(_ options: BenchOptions) -> [Reference] { [] }
}
