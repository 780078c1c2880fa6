/// Why a round gave no figures.
struct RoundFailed: Error, CustomStringConvertible {
    let description: String
}
