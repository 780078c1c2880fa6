import ConclaveSystem
import Testing
