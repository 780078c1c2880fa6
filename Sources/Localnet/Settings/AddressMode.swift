/// Where a validator has the addresses of the others from, as a setting names it.
public enum AddressMode: String, Hashable, Sendable, CaseIterable {
    /// From the genesis.
    case lookup
    /// From the validators themselves, found through bootstrappers.
    case discovery
}
