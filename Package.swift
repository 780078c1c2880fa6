// swift-tools-version: 6.2
import PackageDescription

/// ThreadSanitizer sees only locks of the C library; `make sanitize` sets this.
let isForThreadSanitizer = Context.environment["CONCLAVE_SANITIZE"] == "thread"

/// The targets of `Fuzz` are programs when libFuzzer brings their `main`; `Tools/fuzz` sets this. Otherwise
/// they are libraries, whose kept inputs the tests replay.
let isForFuzzing = Context.environment["CONCLAVE_FUZZ"] != nil

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

/// `~Escapable` readers over spans need lifetime annotations; only Codec declares such types.
let lifetimes: [SwiftSetting] = settings + [.enableExperimentalFeature("Lifetimes")]

func library(
    _ name: String, _ path: String, _ dependencies: [Target.Dependency],
    exclude: [String] = [], settings: [SwiftSetting] = settings
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/" + path, exclude: exclude,
        swiftSettings: settings)
}

func program(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/" + path, swiftSettings: settings)
}

func fuzz(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    let dependencies = dependencies + ["ConclaveFuzzing"]
    guard isForFuzzing else {
        return .target(
            name: name, dependencies: dependencies, path: "Fuzz/" + name, swiftSettings: settings)
    }
    return .executableTarget(
        name: name, dependencies: dependencies, path: "Fuzz/" + name,
        swiftSettings: settings + [.define("CONCLAVE_FUZZ")])
}

let fuzzedConsensus: [Target.Dependency] = [
    "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveConsensusCore",
    "ConclaveConsensusTrials",
]
let fuzzedLink: [Target.Dependency] = ["ConclaveTransport", "ConclaveTestWires", "ConclaveFuzzedLink"]

/// What users get from `import Conclave`. The build compiles a target anew when a target that it names has
/// changed, and ``Conclave`` itself never does: who imports it names what it re-exports too.
let umbrella: [Target.Dependency] = [
    "Conclave", "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveTransport",
    "ConclavePeersCore", "ConclaveConsensusCore", "ConclavePeers", "ConclaveTelemetry", "ConclaveRuntime",
    "ConclaveSystem",
]

let package = Package(
    name: "conclave",
    products: [
        .library(name: "Conclave", targets: ["Conclave"]),
        .library(name: "ConclaveConsensus", targets: ["ConclaveConsensus"]),
        .library(name: "ConclaveSimulation", targets: ["ConclaveSimulation"]),
        .library(name: "ConclaveHTTP", targets: ["ConclaveHTTP"]),
        .executable(name: "conclave", targets: ["ConclaveCommand"]),
        .executable(name: "conclave-bench", targets: ["ConclaveBench"]),
        .executable(name: "conclave-chat", targets: ["ConclaveChat"]),
        .executable(name: "conclave-staking", targets: ["ConclaveStaking"]),
    ],
    targets: [
        // Pure: no clock, no task, no socket.
        library(
            "ConclavePrimitives", "Primitives", isForThreadSanitizer ? ["CConclaveLock"] : [],
            settings: settings + (isForThreadSanitizer ? [.define("CONCLAVE_THREAD_SANITIZER")] : [])),
        .target(name: "CConclaveLock", path: "Sources/CLock"),
        library("ConclaveCodec", "Codec", ["ConclavePrimitives"], settings: lifetimes),
        .systemLibrary(
            name: "CConclaveSodium", path: "Sources/CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CConclaveCrypto", path: "Sources/CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        library(
            "ConclaveCryptography", "Cryptography",
            ["ConclavePrimitives", "ConclaveCodec", "CConclaveSodium", "CConclaveCrypto"]),
        .systemLibrary(
            name: "CConclaveLZ4", path: "Sources/CLZ4", pkgConfig: "liblz4",
            providers: [.apt(["liblz4-dev"])]),
        library(
            "ConclaveTransport", "Transport",
            ["ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "CConclaveLZ4"]),
        library(
            "ConclavePeersCore", "Peers/Core",
            ["ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveTransport"]),
        library(
            "ConclaveConsensusCore", "Consensus/Core",
            ["ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography"]),
        library(
            "ConclaveConsensusTrials", "Consensus/Trials",
            ["ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveConsensusCore"]),

        // The actor runtime and its body on sockets.
        library("ConclaveTelemetry", "Telemetry", ["ConclavePrimitives"]),
        library(
            "ConclaveRuntime", "Runtime/Interface",
            ["ConclavePrimitives", "ConclaveCodec", "ConclaveTelemetry", "CConclaveMemory"]),
        .target(
            name: "CConclaveSystem", path: "Sources/Runtime/CSystem", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(
            name: "CConclaveSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        library(
            "ConclaveSystem", "Runtime/System",
            [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveTelemetry", "ConclaveRuntime",
                "CConclaveSystem", "CConclaveSQLite",
            ]),
        .target(
            name: "CConclaveMemory", path: "Sources/Runtime/CMemory", cSettings: [.define("_GNU_SOURCE")]),
        library(
            "ConclaveSimulation", "Runtime/Simulation",
            [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveTelemetry", "ConclaveRuntime",
                "CConclaveMemory",
            ]),

        // The actors, and what stands on them.
        library(
            "ConclavePeers", "Peers/Shell",
            [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveTransport",
                "ConclavePeersCore", "ConclaveTelemetry", "ConclaveRuntime",
            ]),
        library(
            "ConclaveConsensus", "Consensus/Shell",
            [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveTransport",
                "ConclavePeersCore", "ConclavePeers", "ConclaveConsensusCore", "ConclaveRuntime",
                "ConclaveTelemetry",
            ]),
        library(
            "Conclave", "Conclave",
            [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveTransport",
                "ConclavePeersCore", "ConclaveConsensusCore", "ConclavePeers", "ConclaveTelemetry",
                "ConclaveRuntime", "ConclaveSystem",
            ]),
        library(
            "ConclaveScenarios", "Scenarios",
            umbrella + ["ConclaveSimulation", "ConclaveConsensus", "ConclaveConsensusTrials"]),
        library("ConclaveArguments", "Arguments", ["ConclavePrimitives", "ConclaveCodec"]),
        .target(
            name: "ConclaveChain",
            dependencies: [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveRuntime",
                "ConclaveArguments",
            ],
            path: "Examples/Localnet/Chain", swiftSettings: settings),
        .target(
            name: "ConclaveChainApplication",
            dependencies: [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveTransport",
                "ConclavePeersCore", "ConclavePeers", "ConclaveRuntime", "ConclaveTelemetry",
                "ConclaveConsensusCore", "ConclaveConsensus", "ConclaveChain",
            ],
            path: "Examples/Localnet/Application", swiftSettings: settings),
        .systemLibrary(
            name: "CConclaveHTTP", path: "Sources/CHTTP", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]),
        library(
            "ConclaveHTTP", "HTTP",
            [
                "ConclavePrimitives", "ConclaveCodec", "ConclavePeersCore", "ConclavePeers",
                "ConclaveTelemetry", "ConclaveRuntime", "ConclaveArguments", "CConclaveHTTP",
            ]),
        library(
            "ConclaveLocalnet", "Localnet",
            umbrella + [
                "ConclaveArguments", "ConclaveHTTP", "ConclaveChain", "ConclaveConsensus",
                "ConclaveChainApplication",
            ]),
        library(
            "ConclaveTool", "Tool/Commands",
            umbrella + [
                "ConclaveArguments", "ConclaveHTTP", "ConclaveLocalnet", "ConclaveScenarios", "ConclaveChain",
                "ConclaveChainApplication", "ConclaveConsensus",
            ]),
        program("ConclaveCommand", "Sources/Tool/Main", ["ConclaveTool"]),
        program(
            "ConclaveBench", "Sources/Bench",
            umbrella + ["ConclaveArguments", "ConclaveSimulation", "ConclaveScenarios"]),
        program("ConclaveChat", "Examples/Chat", umbrella),
        program("ConclaveStaking", "Examples/Staking", umbrella),
        .target(
            name: "ConclaveEmbedding", dependencies: umbrella + ["ConclaveConsensus"],
            path: "Examples/Embedding", swiftSettings: settings),

        .target(
            name: "ConclaveVectors", path: "Tests/Vectors",
            exclude: [
                "wire-commonware.json", "wire-native.json", "make_native.py", "consensus.json",
                "make_consensus.py",
            ],
            swiftSettings: settings),
        .target(
            name: "ConclaveTestNodes",
            dependencies: umbrella, path: "Tests/Nodes", swiftSettings: settings),
        .target(
            name: "ConclaveTestWires",
            dependencies: ["ConclaveTransport", "ConclaveCryptography", "ConclavePrimitives"],
            path: "Tests/Wires", swiftSettings: settings),
        .target(
            name: "ConclaveTestSockets",
            dependencies: ["ConclavePrimitives", "ConclaveCodec", "ConclaveRuntime"], path: "Tests/Sockets",
            swiftSettings: settings),
        .target(
            name: "ConclaveTestTrials",
            dependencies: [
                "ConclavePeersCore", "ConclaveTransport", "ConclaveCryptography", "ConclaveCodec",
                "ConclavePrimitives",
            ],
            path: "Tests/Trials", swiftSettings: settings),
        program(
            "ConclaveStorageWriter", "Tests/StorageWriter",
            ["ConclaveRuntime", "ConclaveSystem", "ConclaveTelemetry"]),
        program("ConclaveFloodedNode", "Tests/FloodedNode", umbrella + ["ConclaveTestNodes"]),
        tests(
            "ConclaveChainTests", "Chain",
            umbrella + ["ConclaveChain", "ConclaveSimulation", "ConclaveArguments"]),
        tests("ConclavePrimitivesTests", "Primitives", ["ConclavePrimitives"]),
        tests("ConclaveCodecTests", "Codec", ["ConclaveCodec", "ConclavePrimitives"]),
        tests(
            "ConclaveCryptographyTests", "Cryptography",
            [
                "ConclaveCryptography", "ConclaveCodec", "ConclavePrimitives", "ConclaveVectors",
                "CConclaveSodium",
            ]),
        .target(name: "CConclaveAllocations", path: "Tests/Allocations"),
        tests(
            "ConclaveTransportTests", "Transport",
            [
                "ConclaveTransport", "ConclaveCryptography", "ConclaveCodec", "ConclavePrimitives",
                "ConclaveVectors", "CConclaveAllocations", "ConclaveTestWires",
            ]),
        tests(
            "ConclavePeersCoreTests", "Peers/Core",
            [
                "ConclavePeersCore", "ConclaveTransport", "ConclaveCryptography", "ConclaveCodec",
                "ConclavePrimitives", "ConclaveTestTrials",
            ]),
        tests(
            "ConclaveConsensusCoreTests", "Consensus/Core",
            [
                "ConclaveConsensusCore", "ConclaveConsensusTrials", "ConclaveCryptography", "ConclaveCodec",
                "ConclavePrimitives", "ConclaveVectors",
            ]),
        tests(
            "ConclaveConsensusTests", "Consensus/Shell",
            umbrella + ["ConclaveConsensus", "ConclaveScenarios", "ConclaveSimulation"]),
        tests(
            "ConclaveEmbeddingTests", "Embedding",
            umbrella + ["ConclaveConsensus", "ConclaveEmbedding", "ConclaveSimulation"]),
        tests(
            "ConclaveChainApplicationTests", "ChainApplication",
            umbrella + [
                "ConclaveConsensus", "ConclaveChain", "ConclaveChainApplication", "ConclaveSimulation",
            ]),
        tests(
            "ConclaveRuntimeTests", "Runtime",
            [
                "ConclaveRuntime", "ConclaveSystem", "ConclaveTelemetry", "ConclaveCodec",
                "ConclavePrimitives", "CConclaveAllocations",
            ]),
        tests(
            "ConclaveSimulationTests", "Simulation",
            umbrella + ["ConclaveSimulation"]),
        .testTarget(
            name: "ConclaveScenariosTests",
            dependencies: umbrella + ["ConclaveScenarios", "ConclaveSimulation"],
            path: "Tests/Scenarios", exclude: ["Planted"], swiftSettings: settings),
        tests(
            "ConclavePeersTests", "Peers/Shell",
            umbrella + ["ConclaveTestNodes", "ConclaveTestSockets"]),
        tests("ConclaveHTTPTests", "HTTP", umbrella + ["ConclaveHTTP", "ConclaveTestNodes"]),
        .testTarget(
            name: "ConclaveAdversaryTests",
            dependencies: umbrella + ["ConclaveHTTP", "ConclaveTestNodes", "ConclaveSimulation"],
            path: "Tests/Adversary", exclude: ["Guards"], swiftSettings: settings),
        tests(
            "ConclaveToolTests", "Tool",
            umbrella + [
                "ConclaveTool", "ConclaveArguments", "ConclaveHTTP", "ConclaveLocalnet",
                "ConclaveScenarios", "ConclaveSimulation", "ConclaveChain", "ConclaveChainApplication",
                "ConclaveBench",
            ]),
        tests(
            "ConclaveBenchTests", "Bench",
            umbrella + ["ConclaveBench", "ConclaveArguments"]),
        tests("ConclaveTidyTests", "Tidy", []),

        // What an attacker reaches, with bytes as the attacker.
        .target(name: "ConclaveFuzzing", path: "Fuzz/Support", swiftSettings: settings),
        .target(
            name: "ConclaveFuzzedLink",
            dependencies: ["ConclaveFuzzing", "ConclaveTestWires", "ConclaveTransport"], path: "Fuzz/Link",
            swiftSettings: settings),
        fuzz("FuzzCodec", ["ConclaveCodec", "ConclaveCryptography", "ConclaveTransport"]),
        fuzz("FuzzCompression", ["ConclaveTransport"]),
        fuzz("FuzzFrames", fuzzedLink),
        fuzz("FuzzSession", fuzzedLink),
        fuzz(
            "FuzzItems",
            ["ConclaveCodec", "ConclaveCryptography", "ConclaveTransport", "ConclaveTestWires"]),
        fuzz(
            "FuzzHandshake",
            ["ConclaveCodec", "ConclaveCryptography", "ConclavePrimitives", "ConclaveTransport"]),
        fuzz("FuzzAdmission", ["ConclavePrimitives", "ConclavePeersCore", "ConclaveTestTrials"]),
        fuzz("FuzzDirectory", ["ConclavePrimitives", "ConclavePeersCore", "ConclaveTestTrials"]),
        fuzz(
            "FuzzInbox",
            [
                "ConclavePeers", "ConclavePeersCore", "ConclaveTransport", "ConclaveTestTrials",
                "ConclaveTestWires",
            ]),
        fuzz("FuzzConfiguration", ["ConclaveCodec", "ConclaveLocalnet"]),
        fuzz("FuzzProxy", ["ConclaveCodec", "ConclavePeersCore"]),
        fuzz("FuzzHttp", umbrella + ["ConclaveHTTP", "ConclaveChain", "ConclaveArguments", "ConclaveTool"]),
        fuzz(
            "FuzzLink",
            [
                "ConclaveCodec", "ConclaveCryptography", "ConclavePrimitives", "ConclavePeersCore",
                "ConclaveTransport", "ConclaveTestTrials",
            ]),
        fuzz("FuzzNetwork", umbrella + ["ConclaveScenarios", "ConclaveSimulation"]),
        fuzz(
            "FuzzNode",
            [
                "ConclavePrimitives", "ConclaveCodec", "ConclaveCryptography", "ConclaveTransport",
                "ConclavePeersCore", "ConclavePeers", "ConclaveRuntime", "ConclaveTelemetry",
                "ConclaveTestWires", "ConclaveTestSockets",
            ]),
        fuzz("FuzzConsensus", fuzzedConsensus),
        .target(
            name: "ConclaveFuzzedConsensus", dependencies: ["ConclaveFuzzing"] + fuzzedConsensus,
            path: "Fuzz/Consensus", exclude: ["seeds.py"], swiftSettings: settings),
        fuzz("FuzzConsensusMessages", ["ConclaveFuzzedConsensus"] + fuzzedConsensus),
        fuzz("FuzzJournal", ["ConclaveFuzzedConsensus"] + fuzzedConsensus),
        tests(
            "ConclaveFuzzTests", "Fuzz",
            [
                "ConclaveFuzzing", "FuzzConsensus", "FuzzConsensusMessages", "FuzzJournal", "FuzzAdmission",
                "FuzzCodec", "FuzzCompression", "FuzzConfiguration",
                "FuzzDirectory", "FuzzFrames", "FuzzHandshake", "FuzzInbox", "FuzzItems", "FuzzProxy",
                "FuzzSession", "FuzzHttp", "FuzzLink", "FuzzNetwork", "FuzzNode",
            ]),
    ]
)
