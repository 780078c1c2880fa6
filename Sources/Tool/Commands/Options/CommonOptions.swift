import ConclaveArguments
import ConclaveTelemetry

/// What every command that runs a node accepts.
struct CommonOptions: Sendable {
    var isJSON = false
    var logLevel = LogLevel.warning
    var logFormat = LogFormat.text
}

/// Options of a command that runs a node.
protocol NodeOptions: Sendable {
    var common: CommonOptions { get set }
}

extension Argument where Options: NodeOptions {
    static var common: [Argument] {
        [
            .flag("--json", \.common.isJSON, "prints JSON lines, the last one a summary"),
            .option(
                "--log-level", \.common.logLevel, .logLevel,
                "what is logged to standard error: trace, debug, info, warning or error"),
            .option("--log-format", \.common.logFormat, .logFormat, "how logs look: text or json"),
        ]
    }
}
