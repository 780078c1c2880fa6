import ConclaveRuntime

/// One benchmark: what its two processes do, and what is made of what they report.
protocol Benchmark: Sendable {
    static var name: String { get }
    /// Whether `--size` matters.
    static var hasSize: Bool { get }

    /// Prints its port as the first line and its figures as the last.
    static func listen(_ options: BenchOptions, _ context: Context) async throws
    /// Ends when its part is done; prints its figures, if it has any, as the last line.
    static func dial(_ options: BenchOptions, _ context: Context) async throws

    /// The keys of the figures, in the order in which they are printed.
    static var figures: [String] { get }
    /// The comparison programs' command lines for one round, by name, and the key of their figure.
    static func references(_ options: BenchOptions) -> [Reference]
}
