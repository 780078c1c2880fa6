import Testing

@testable import ConclaveConsensusCore

@Suite struct ViewWindowTests {
    @Test func `a window holds sixteen views back and two ahead`() {
        #expect(ViewWindow<Int>.holds(22, around: 20))
        #expect(!ViewWindow<Int>.holds(23, around: 20))
        #expect(ViewWindow<Int>.holds(5, around: 20))
        #expect(!ViewWindow<Int>.holds(4, around: 20))
        #expect(!ViewWindow<Int>.holds(0, around: 1))
    }

    @Test func `a view that is new takes the place of the one that fell out`() {
        var window = ViewWindow(empty: 0)
        window.update(1) { $0 = 7 }
        #expect(window[1] == 7)
        window.update(19) { $0 += 1 }
        #expect(window[19] == 1)
        #expect(window[1] == 0)
        #expect(window.views == [19])
    }

    @Test func `what is dropped is empty`() {
        var window = ViewWindow(empty: 0)
        for view: View in [3, 4, 5] { window.update(view) { $0 = Int(view.number) } }
        window.drop(through: 4)
        #expect(window.views == [5])
        #expect(window[4] == 0)
        #expect(window[5] == 5)
    }
}
