/// Every rule that the checkout is held to.
enum Rules {
    static let all: [any Rule] =
        [
            FileLength(), FunctionLength(), LineLength(), Purity(), ForceUnwrap(), AmbientChance(),
            UncheckedSafety(), PeerReachableTraps(), MachineEvents(), ThreatsTable(),
            NothingUnfinished(), SystemLibraries(), TypeNames(), TestsMirrorSources(),
            DocumentationCatalogs(),
            MarkdownLinks(), QuotedSources(), ReadmeEmbeds(), Invariants(),
        ] + BannedConstruct.all
}
