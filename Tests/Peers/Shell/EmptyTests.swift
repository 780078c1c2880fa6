import ConclavePeers
import Testing
