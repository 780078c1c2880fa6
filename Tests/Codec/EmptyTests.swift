import ConclaveCodec
import Testing
