/// A value of the configuration that cannot be used: which one, what it was, what is allowed.
public struct ConfigurationFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: Configuration.Name
    /// What was given, as text for people.
    public let given: String
    /// What is allowed, as text for people.
    public let allowed: String

    public var description: String { "\(name.rawValue) is \(given); allowed is \(allowed)" }
}
