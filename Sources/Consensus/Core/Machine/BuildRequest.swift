/// A block that the application shall build on top of another.
public struct BuildRequest: Hashable, Sendable {
    public let epoch: Epoch
    public let view: View
    /// The block below. The application has been asked to verify it, or it has been delivered.
    public let parent: Header
    public let parentDigest: Digest
    public let height: Height
    /// Whether the block is the epoch's last, and must name the next set.
    public let place: PlaceInEpoch

    public enum PlaceInEpoch: Sendable { case within, last }
}
