/// A command line, declared: what it is called, what it accepts, and the options it fills.
///
/// Written by hand because this package builds without downloading another, and swift-argument-parser would
/// have to be downloaded. This one reads a table of ``Argument``s into a plain struct without reflection, and
/// every error is one line that names the word and what would be right.
public struct Command<Options: Sendable>: Sendable {
    /// What is typed before the arguments: `conclave keygen`.
    public let name: String
    public let summary: String
    let forms: [String]
    let notes: [String]
    let initial: Options
    let arguments: [Argument<Options>]

    /// - Parameters:
    ///   - forms: how the command is called, without its name: `--out FILE [options]`.
    ///   - notes: paragraphs at the end of the help.
    ///   - groups: what it accepts, in the order of the help.
    public init(
        _ name: String, _ summary: String, forms: [String], notes: [String] = [], initial: Options,
        arguments groups: [Argument<Options>]...
    ) {
        self.name = name
        self.summary = summary
        self.forms = forms
        self.notes = notes
        self.initial = initial
        self.arguments = groups.flatMap { $0 }
    }

    /// What a command line asks for.
    public enum Parsed: Sendable {
        case help(String)
        case options(Options)
    }

    /// Reads the words behind the command's name. `--help` anywhere before `--` wins over everything else.
    public func parse(_ words: [String]) throws(UsageError) -> Parsed {
        let asksForHelp = words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
        guard !asksForHelp else { return .help(help) }
        var reading = Reading(command: self, rest: words[...], options: initial)
        while let word = reading.rest.popFirst() {
            if word == "--", !reading.isPastOptions {
                reading.isPastOptions = true
                continue
            }
            try reading.take(word)
        }
        if let missing = arguments.first(where: { $0.need == .required && !reading.seen.contains($0.name) }) {
            throw UsageError("\(name) needs \(missing.spelling); see \(name) --help")
        }
        return .options(reading.options)
    }
}

/// A command line half read.
private struct Reading<Options: Sendable> {
    let command: Command<Options>
    var rest: ArraySlice<String>
    var options: Options
    var seen: [String] = []
    var isPastOptions = false

    mutating func take(_ word: String) throws(UsageError) {
        let isOption = word.hasPrefix("-") && word != "-" && !isPastOptions
        let (name, given) = halves(of: word)
        let argument = isOption ? try option(named: name) : try positional(for: word)
        if seen.contains(argument.name), argument.shape != .repeatedOption {
            throw UsageError("\(argument.name) is given twice")
        }
        seen.append(argument.name)
        switch argument.shape {
        case .positional: try argument.apply(&options, word)
        case .flag:
            guard given == nil else { throw UsageError("\(argument.name) takes no value: \(quoted(word))") }
            try argument.apply(&options, "")
        case .option, .repeatedOption:
            let value = if let given { given } else { try value(for: argument) }
            try argument.apply(&options, value)
        }
    }

    /// `--name` and what stands behind its first `=`.
    private func halves(of word: String) -> (name: String, value: String?) {
        guard let sign = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<sign]), String(word[word.index(after: sign)...]))
    }

    private mutating func value(for argument: Argument<Options>) throws(UsageError) -> String {
        // A word that looks like an option is one: `--out --show` forgot a file name. `--out=--show` says it.
        guard let next = rest.first, !next.hasPrefix("--") else {
            throw UsageError("\(argument.name) needs a value: \(argument.name) \(argument.metavariable)")
        }
        rest.removeFirst()
        return next
    }

    private func option(named name: String) throws(UsageError) -> Argument<Options> {
        let options = command.arguments.filter { $0.shape != .positional }
        if let known = options.first(where: { $0.name == name }) { return known }
        let names = options.map(\.name) + ["--help"]
        let advice = suggestion(for: name, among: names, else: command.name)
        throw UsageError("unknown option \(quoted(name)); \(advice)")
    }

    private func positional(for word: String) throws(UsageError) -> Argument<Options> {
        let positionals = command.arguments.filter { $0.shape == .positional }
        if let next = positionals.first(where: { !seen.contains($0.name) }) { return next }
        throw UsageError("unexpected argument \(quoted(word)); see \(command.name) --help")
    }
}
