/// The genesis file.
enum Genesis {}
