internal import ConclaveConsensusCore

typealias ConsensusMessage = ConclaveConsensusCore.Message
typealias Audience = ConclaveConsensusCore.Recipients
typealias JournalBatch = ConclaveConsensusCore.WriteBatch
