import ConclaveFuzzing
import Foundation
import FuzzAdmission
import FuzzCodec
import FuzzCompression
import FuzzConfiguration
import FuzzConsensus
import FuzzConsensusMessages
import FuzzDirectory
import FuzzFrames
import FuzzHandshake
import FuzzHttp
import FuzzInbox
import FuzzItems
import FuzzJournal
import FuzzLink
import FuzzNetwork
import FuzzNode
import FuzzProxy
import FuzzSession
import Testing

/// What was ever found stays found, and what the fuzz targets learnt is lived through by every test run.
@Suite(.timeLimit(.minutes(5))) struct RegressionsTests {
    static let targets: [any FuzzTarget.Type] = [
        FuzzAdmission.self, FuzzCodec.self, FuzzCompression.self, FuzzConfiguration.self, FuzzConsensus.self,
        FuzzConsensusMessages.self, FuzzDirectory.self, FuzzFrames.self, FuzzHandshake.self, FuzzHttp.self,
        FuzzInbox.self, FuzzItems.self, FuzzJournal.self, FuzzLink.self, FuzzNetwork.self, FuzzNode.self,
        FuzzProxy.self, FuzzSession.self,
    ]
    static let names = targets.map { "\($0)" }
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Fuzz")

    @Test(arguments: names)
    func `what failed once, and what is kept, does not fail`(name: String) async throws {
        let target = try #require(Self.targets.first { "\($0)" == name })
        for file in try Self.inputs("Regressions/" + name) + Self.inputs("Corpus/" + name) {
            let input = try [UInt8](Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.run(input) }
            // The tests of nodes share these few threads, and have limits on the clock.
            await Task.yield()
        }
    }

    @Test(arguments: ["Regressions", "Corpus"]) func `every folder is one of a target`(kind: String) throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.folder.appending(path: kind).path)
        #expect(Set(folders).isSubset(of: Self.names))
    }

    @Test func `every target is run, and every one is replayed here`() throws {
        let table = try String(contentsOf: Self.folder.appending(path: "Targets"), encoding: .utf8)
        let listed = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: " ")
        }
        #expect(listed.map { String($0[0]) }.sorted() == Self.names)
        #expect(listed.allSatisfy { $0.count == 3 })
    }

    private static func inputs(_ folder: String) throws -> [URL] {
        let folder = Self.folder.appending(path: folder)
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
