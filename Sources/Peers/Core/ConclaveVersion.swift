/// The version of this package.
public let conclaveVersion = "0.1.0"
