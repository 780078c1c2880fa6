extension Target {
    /// Every row of the design's table that this machine can show, and the bound on what a critical message
    /// waits for behind bulk. A node has a loop per core, as it has unless configured otherwise, where what
    /// it is measured against uses both cores.
    static let all: [Target] =
        oneWay + roundTrips + meshes + memory + [
            Target(
                "handshakes, several dialers", Trial("handshake --loops 2"), "handshakesPerSecond",
                .atLeast(5_000), Target.Comparison(peer: Reference.libsodiumC, bound: .atLeast(5.0 / 7.4))),
            Target("local mailbox", Trial("mailbox"), "messagesPerSecond", .atLeast(15_000_000)),
            Target(
                "simulation, 100 validators in a mesh, 10 s", Trial("simulation", .once), "seconds",
                .atMost(5)),
            Target(
                "critical message behind 8 MiB of bulk, p99 more than idle", Trial("preemption"),
                "addedP99Microseconds", .atMost(2_000)),
        ]

    // Absolute values: those of the table, and where it names only the ratio, that of its C program's slowest
    // run. Ratios: those of the table, and where it names only the absolute value, that to the middle of what
    // it names for the C program.

    private static let oneWay = [
        Target(
            "one way 64 B", Trial("throughput --size 64"), "messagesPerSecond", .atLeast(12_000_000),
            .toC(.atLeast(5))),
        Target(
            "one way 1 KiB", Trial("throughput --size 1KiB"), "messagesPerSecond", .atLeast(2_300_000),
            .toC(.atLeast(1.5))),
        Target(
            "one way 16 KiB", Trial("throughput --size 16KiB"), "messagesPerSecond", .atLeast(161_000),
            .toC(.atLeast(0.93))),
        Target(
            "one way 1 MiB", Trial("throughput --size 1MiB"), "messagesPerSecond", .atLeast(2_600),
            .toC(.atLeast(0.93))),
    ]

    private static let roundTrips = [
        Target(
            "round trip 64 B, both on one core", Trial("pingpong --one-core"), "p50Microseconds",
            .atMost(18.9), .toC(.atMost(1.5))),
        // 0.8 of the 67 µs that commonware-p2p takes.
        Target(
            "round trip 64 B, two cores", Trial("pingpong"), "p50Microseconds", .atMost(53.6),
            .toC(.atMost(53.6 / 53))),
        Target("the same, spinning", Trial("pingpong --spin"), "p50Microseconds", .atMost(16)),
    ]

    private static let meshes = [
        Target(
            "broadcast 1 KiB, mesh of 10", Trial("broadcast --nodes 10 --size 1KiB --loops 2"),
            "deliveriesPerSecond", .atLeast(1_900_000), .toC(.atLeast(1.9 / 1.6))),
        Target(
            "broadcast 1 KiB, mesh of 32", Trial("broadcast --nodes 32 --size 1KiB --loops 2"),
            "deliveriesPerSecond", .atLeast(1_500_000)),
        Target("mesh of 64 formed", Trial("mesh --nodes 64 --loops 2"), "secondsToFull", .atMost(1)),
    ]

    private static let thousandLinks = Trial("memory --nodes 1000")

    private static let memory = [
        Target("memory per idle connection end", thousandLinks, "idleBytesPerPeer", .atMost(8_192)),
        Target("the same after use", thousandLinks, "usedBytesPerPeer", .atMost(24_576)),
        Target(
            "memory when a peer never reads 2 MiB echoes", thousandLinks, "unreadBytes",
            .within("unreadBudgetBytes")),
    ]
}
