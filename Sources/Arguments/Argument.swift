/// One thing that a command accepts: an option with a value, a flag, or a word of its own, and where it goes.
public struct Argument<Options: Sendable>: Sendable {
    /// How an argument is written.
    enum Shape: Sendable {
        case option, repeatedOption, flag, positional
    }

    let name: String
    let shape: Shape
    let metavariable: String
    let need: Need
    let summary: String
    /// The value that holds if the argument is left out, for help.
    var initially: @Sendable (Options) -> String? = { _ in nil }
    let apply: @Sendable (inout Options, String) throws(UsageError) -> Void

    /// The argument as it is typed: `--out FILE`.
    var spelling: String {
        switch shape {
        case .option: "\(name) \(metavariable)"
        case .repeatedOption: "\(name) \(metavariable) …"
        case .flag: name
        case .positional: metavariable
        }
    }

    /// A flag: present or not.
    public static func flag(
        _ name: String, _ path: any WritableKeyPath<Options, Bool> & Sendable, _ summary: String
    ) -> Argument {
        Argument(name: name, shape: .flag, metavariable: "", need: .optional, summary: summary) {
            options, _ in
            options[keyPath: path] = true
        }
    }

    /// An option whose default is what the command's options are initially; help shows it.
    public static func option<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Options, Value> & Sendable, _ kind: ValueKind<Value>,
        _ summary: String
    ) -> Argument {
        var argument = Argument(name, .option, kind, .optional, summary) { $0[keyPath: path] = $1 }
        argument.initially = { kind.show($0[keyPath: path]) }
        return argument
    }

    /// An option without a default.
    public static func option<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Options, Value?> & Sendable, _ kind: ValueKind<Value>,
        _ summary: String, _ need: Need = .optional
    ) -> Argument {
        Argument(name, .option, kind, need, summary) { $0[keyPath: path] = $1 }
    }

    /// An option that may be given many times.
    public static func options<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Options, [Value]> & Sendable, _ kind: ValueKind<Value>,
        _ summary: String, _ need: Need = .optional
    ) -> Argument {
        Argument(name, .repeatedOption, kind, need, summary) { $0[keyPath: path].append($1) }
    }

    /// A word without a name; words are given out in the order of declaration.
    public static func positional<Value: Sendable>(
        _ path: any WritableKeyPath<Options, Value?> & Sendable, _ kind: ValueKind<Value>,
        _ summary: String, _ need: Need = .required
    ) -> Argument {
        Argument(kind.metavariable, .positional, kind, need, summary) { $0[keyPath: path] = $1 }
    }
}

extension Argument {
    private init<Value: Sendable>(
        _ name: String, _ shape: Shape, _ kind: ValueKind<Value>, _ need: Need, _ summary: String,
        store: @escaping @Sendable (inout Options, Value) -> Void
    ) {
        self.name = name
        self.shape = shape
        self.metavariable = kind.metavariable
        self.need = need
        self.summary = summary
        apply = { options, word throws(UsageError) in store(&options, try kind.value(of: word, for: name)) }
    }
}

/// Whether an argument may be left out.
public enum Need: Sendable {
    case required, optional
}
