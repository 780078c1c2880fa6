/// The middle of the values; of an even number the lower one.
func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[(values.count - 1) / 2]
}

/// The value that `share` percent of them lie below; 0 of none.
func percentile(_ values: [Double], _ share: Int) -> Double {
    values.isEmpty ? 0 : values.sorted()[min(values.count * share / 100, values.count - 1)]
}

/// A figure for people: whole from a thousand upwards.
func short(_ value: Double) -> String {
    value.magnitude >= 1_000 ? "\(Int(value))" : "\((value * 100).rounded() / 100)"
}
