import ConclaveRuntime
import ConclaveSystem
import FoundationEssentials

/// One comparison program, which prints one JSON object.
struct Reference: Sendable {
    /// The name of the plain C program that seals each message.
    static let plainC = "C, a seal per message"
    /// The name of the plain C program that does handshakes.
    static let libsodiumC = "C, libsodium"

    let name: String
    /// The file's name in the folder of comparison programs.
    let program: String
    let arguments: [String]

    private struct Output: Decodable {
        let messagesPerSecond: Double?
        let p50Microseconds: Double?
        let perSecond: Double?
        let deliveriesPerSecond: Double?
        let kibibytesPerConnection: Double?

        enum CodingKeys: String, CodingKey {
            case messagesPerSecond = "msgs_s"
            case p50Microseconds = "p50_us"
            case perSecond = "per_s"
            case deliveriesPerSecond = "deliv_s"
            case kibibytesPerConnection = "server_kb_per_conn"
        }
    }

    func measure(in folder: String, _ context: Context) async throws -> Double {
        let process = try ChildProcess(.init(path: "\(folder)/\(program)", arguments: arguments), in: context)
        var last = ""
        while let line = await process.lines.next() { last = line }
        _ = try await process.exit()
        let output = try JSONDecoder().decode(Output.self, from: Data(last.utf8))
        let value =
            output.messagesPerSecond ?? output.p50Microseconds ?? output.perSecond
            ?? output.deliveriesPerSecond ?? output.kibibytesPerConnection.map { $0 * 1_024 }
        guard let value else {
            throw RoundFailed(description: "\(program) printed no figure")
        }
        return value
    }
}
