import ConclaveRuntime
import ConclaveSystem
import Testing

@Suite(.timeLimit(.minutes(2))) struct StakingTests {
    /// Three validators on one chain. `b` leaves in epoch 2, in which `c` joins; it stays connected through
    /// that epoch and is cut in the next.
    static let script = #"""
        cd "$2"
        mkfifo in-a in-b in-c
        for name in a b c; do "$1" 127.0.0.1:0 <in-$name >out-$name & done
        exec 3>in-a 4>in-b 5>in-c
        trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
        await() {
            until [ "$(grep -c "$1" $2)" -ge ${3:-1} ]; do
                [ "$(jobs -pr | wc -l)" = 3 ] || { echo "a validator has ended" >&2; exit 1; }
                sleep 0.02
            done
        }
        chain() { for pipe in 3 4 5; do echo "$1" >&$pipe; done; }
        for name in a b c; do await "you are" out-$name; done
        who() { sed -n 's/^you are //p' out-$1; }
        short() { who $1 | cut -c1-8; }
        chain "bond $(who a) 70"; chain "bond $(who b) 30"; chain epoch
        await "^+ $(short b)" out-a; await "^+ $(short a)" out-b
        await "epoch 1: 2" out-c
        [ "$(grep -c '^+' out-c)" = 0 ]
        chain "unbond $(who b)"; chain "bond $(who c) 30"; chain epoch
        await "^+ $(short c)" out-a; await "^+ $(short a)" out-c
        [ "$(grep -c "^- $(short b)" out-a)" = 0 ]
        chain epoch
        await "^- $(short b) not_authorised" out-a
        [ "$(grep -c "^- $(short c)" out-a)" = 0 ]
        echo "bond nobody 7" >&3
        await "what is bond nobody 7?" out-a
        exec 3>&- 4>&- 5>&-
        wait
        """#

    @Test func `the set of an epoch that ends stays connected until the one that begins has ended`()
        async throws
    {
        try await Executable.scene { context, folder in
            let program = Executable.path + "-staking"
            let process = try ChildProcess(
                .init(path: "/bin/bash", arguments: ["-euc", Self.script, "staking", program, folder.path]),
                in: context)
            #expect(try await process.exit() == .code(0))
            #expect(folder.read("out-a").contains("epoch 3: 2 validators"))
        }
    }
}
