@_exported public import ConclaveCryptography
@_exported public import ConclavePeers
@_exported public import ConclavePeersCore
@_exported public import ConclaveRuntime
@_exported public import ConclaveSystem
