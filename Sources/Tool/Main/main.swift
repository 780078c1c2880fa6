import ConclaveTool
import Glibc

exit(Program.run(Array(CommandLine.arguments.dropFirst()), console: .standard).rawValue)
