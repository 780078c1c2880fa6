/// Something for each view near the current one: above the current view minus ``behind``, up to it plus
/// ``ahead``. Views beyond are refused, so that no peer chooses how much is kept.
struct ViewWindow<Element> {
    /// Late votes of that many views still count.
    static var behind: UInt64 { 16 }
    /// Others may be that far ahead: one view because they saw a certificate first, one more for what
    /// follows.
    static var ahead: UInt64 { 2 }

    fileprivate struct Slot {
        /// Nil while nothing was kept here.
        var view: View?
        var element: Element
    }

    private let empty: Element
    private var slots: [Slot]

    init(empty: Element) {
        self.empty = empty
        slots = Array(repeating: Slot(view: nil, element: empty), count: Int(Self.behind + Self.ahead))
    }

    /// Whether `view` may be kept while `current` is the current one.
    static func holds(_ view: View, around current: View) -> Bool {
        view > 0 && view <= current.advanced(by: ahead) && view.advanced(by: behind) > current
    }

    /// What is kept of `view`; the empty element if nothing is.
    subscript(view: View) -> Element {
        let slot = slots[place(of: view)]
        return slot.view == view ? slot.element : empty
    }

    /// Changes in place what is kept of `view`, which must be in the window; an older view in its place falls
    /// out.
    mutating func update<Result>(_ view: View, _ change: (inout Element) -> Result) -> Result {
        let place = place(of: view)
        if slots[place].view != view { slots[place] = Slot(view: view, element: empty) }
        return change(&slots[place].element)
    }

    /// Lets go of everything up to `view`.
    mutating func drop(through view: View) {
        for place in slots.indices {
            if let kept = slots[place].view, kept <= view { slots[place] = Slot(view: nil, element: empty) }
        }
    }

    /// The views of which something is kept, ascending.
    var views: [View] { slots.compactMap(\.view).sorted() }

    private func place(of view: View) -> Int { Int(view.number % UInt64(slots.count)) }
}

extension ViewWindow.Slot: Sendable where Element: Sendable {}
extension ViewWindow: Sendable where Element: Sendable {}
