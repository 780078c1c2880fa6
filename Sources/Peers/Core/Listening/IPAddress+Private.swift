package import ConclaveCodec

extension IPAddress {
    package var isPrivate: Bool { bytes.first == 10 || bytes.first == 127 }
}
