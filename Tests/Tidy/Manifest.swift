/// What the rules need to know of Package.swift.
enum Manifest {
    /// The library targets, in the order of the manifest, with their folders under Sources.
    static func libraries(in checkout: Checkout) -> [(target: String, folder: String)] {
        let text = checkout.file("Package.swift")?.text ?? ""
        return text.matches(of: /library\(\s*"(\w+)",\s*"([\w\/]+)"/).map {
            (String($0.output.1), String($0.output.2))
        }
    }
}
