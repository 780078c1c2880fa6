import ConclaveRuntime
import ConclaveSystem
import Testing

@Suite(.timeLimit(.minutes(2))) struct ChatTests {
    /// Two friends who know each other, and a stranger who only knows one of them. Ends when all three have.
    static let script = #"""
        cd "$2"
        mkfifo in-a in-b in-c
        for name in a b c; do "$1" 127.0.0.1:0 <in-$name >out-$name & done
        exec 3>in-a 4>in-b 5>in-c
        trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
        await() {
            until grep -q "$1" $2; do
                [ "$(jobs -pr | wc -l)" = 3 ] || { echo "a chat has ended" >&2; exit 1; }
                sleep 0.02
            done
        }
        for name in a b c; do await "you are" out-$name; done
        who() { sed -n 's/^you are \([^;]*\);.*/\1/p' out-$1; }
        echo "+$(who a)" >&5
        echo "+$(who b)" >&3; echo "+$(who a)" >&4
        await "is here" out-a; await "is here" out-b
        printf 'hello \033[31mfriend\n' >&3
        await "hello" out-b
        echo "anybody?" >&5
        await "nobody" out-c
        exec 3>&- 4>&- 5>&-
        wait
        """#

    @Test func `friends talk, and a stranger is heard by nobody`() async throws {
        try await Executable.scene { context, folder in
            let chat = Executable.path + "-chat"
            let process = try ChildProcess(
                .init(path: "/bin/bash", arguments: ["-euc", Self.script, "chat", chat, folder.path]),
                in: context)
            #expect(try await process.exit() == .code(0))
            #expect(folder.read("out-b").contains(": hello [31mfriend\n"))
            for name in ["out-a", "out-b"] {
                #expect(!folder.read(name).contains("anybody"))
                #expect(folder.read(name).split(separator: "\n").count { $0.hasSuffix(" is here") } == 1)
            }
            let stranger = folder.read("out-c").split(separator: "\n").dropFirst()
            #expect(stranger.allSatisfy { $0 == "* nobody is here" }, "\(stranger)")
        }
    }
}
