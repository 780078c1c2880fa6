// Everything that embedding needs, behind one import.
@_exported public import ConclaveCodec
@_exported public import ConclaveConsensusCore
@_exported public import ConclaveCryptography
@_exported public import ConclavePeers
@_exported public import ConclavePeersCore
@_exported public import ConclavePrimitives
@_exported public import ConclaveRuntime
@_exported public import ConclaveSystem
@_exported public import ConclaveTelemetry
@_exported public import ConclaveTransport
