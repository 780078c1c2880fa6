public import ConclaveCodec

/// A block that a leader offers in a view, and the view whose block it follows.
public struct Proposal: Hashable, WireValue {
    public let epoch: Epoch
    public let view: View
    /// The view whose certified block is the parent; 0 for the epoch's origin.
    public let parentView: View
    /// The block's digest.
    public let payload: Digest

    public init(epoch: Epoch, view: View, parentView: View, payload: Digest) {
        self.epoch = epoch
        self.view = view
        self.parentView = parentView
        self.payload = payload
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        epoch = try Epoch(from: &reader)
        view = try View(from: &reader)
        parentView = try View(from: &reader)
        payload = try Digest(from: &reader)
    }

    public func encode(into writer: inout Writer) {
        epoch.encode(into: &writer)
        view.encode(into: &writer)
        parentView.encode(into: &writer)
        payload.encode(into: &writer)
    }
}
