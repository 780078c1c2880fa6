internal import ConclavePrimitives

/// What the seed says of a trial's network and machines.
struct Weather {
    /// When loss and crashes end.
    var heal = 0.0
    var loss = 0.0
    /// Mean delay in Δ.
    var slowness = 0.1
    var partitions = 0.0
    /// How likely a node dies at an event that leads to anything.
    var crash = 0.0
    var crashesMax = 4
    /// How often everybody dies at once.
    var blackouts = 0
    var skew = 0.0
    /// Who is on which side of the present cut; meaningless where nobody is cut off.
    var sides: UInt64 = 0

    static func calm() -> Weather { Weather() }

    static func stormy(_ random: inout SplitMix64) -> Weather {
        var weather = Weather()
        weather.heal = [8, 15, 25, 40].randomElement(using: &random) ?? 8
        weather.loss = [0, 0.02, 0.1, 0.25].randomElement(using: &random) ?? 0
        weather.slowness = [0.1, 0.5, 1, 3].randomElement(using: &random) ?? 1
        weather.partitions = [0, 0.3, 0.7].randomElement(using: &random) ?? 0
        weather.crash = [0, 0, 0.005, 0.02].randomElement(using: &random) ?? 0
        weather.blackouts = [0, 0, 1, 2].randomElement(using: &random) ?? 0
        weather.skew = [0, 0, 1, 5].randomElement(using: &random) ?? 0
        return weather
    }
}
