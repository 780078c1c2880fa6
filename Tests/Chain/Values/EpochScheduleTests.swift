import ConclaveChain
import Testing

@Suite struct EpochScheduleTests {
    @Test(arguments: [1, 2, 3, 10, 100, 1_000] as [UInt64])
    func `every height belongs to the epoch between whose ends it lies`(length: UInt64) {
        let schedule = EpochSchedule(length: length)
        for height in 1...3 * length {
            let epoch = schedule.epoch(of: height)
            #expect((schedule.first(of: epoch)...schedule.last(of: epoch)).contains(height))
            #expect(schedule.first(of: epoch + 1) == schedule.last(of: epoch) + 1)
        }
        #expect(schedule.epoch(of: 0) == 0)
    }

    @Test(
        arguments: [(1, 1), (2, 2), (3, 2), (10, 6), (100, 51), (129, 65), (1_000, 936)] as [(UInt64, UInt64)]
    )
    func `a roster is announced 64 heights ahead, or half an epoch`(length: UInt64, height: UInt64) {
        #expect(EpochSchedule(length: length).announcement(in: 0) == height)
    }

    @Test func `the largest numbers overflow nowhere`() {
        let schedule = EpochSchedule(length: .max)
        #expect(schedule.first(of: .max) == .max)
        #expect(schedule.last(of: 0) == .max)
        #expect(schedule.last(of: .max) == .max)
        #expect(EpochSchedule(length: 0).length == 1)
    }
}
