import ConclaveRuntime
import Glibc

/// The programs of `Tests/Interop`: in Python, from Docs/Wire.md, sharing nothing with the sources.
enum SecondImplementation {
    /// Whether tests shall run it: Python is there, or it has to be (`CI=true`) and the test shall fail for
    /// want of it.
    static let shallTest = variable("CI") == "true" || pathOfPython != nil

    static let folder = checkout + "/Tests/Interop"
    static let vectors = checkout + "/Tests/Vectors"

    /// Starts one of the programs.
    static func start(_ program: String, _ words: [String], in context: Context, folder: Folder) throws
        -> Executable.Running
    {
        try Executable.Running(
            [Self.folder + "/" + program] + words, of: pathOfPython ?? "python3", in: context, folder: folder)
    }

    private static let checkout = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    private static let pathOfPython: String? = variable("PATH").split(separator: ":")
        .map { folder -> String in folder + "/python3" }
        .first { file in unsafe access(file, X_OK) == 0 }

    private static func variable(_ name: String) -> String {
        unsafe getenv(name).map { value in unsafe String(cString: value) } ?? ""
    }
}
