import Conclave

/// What the hub of the memory benchmark tells a peer to do, in a message of one byte.
enum MemoryOrder: UInt8 {
    /// Let all the others connect.
    case connect = 1
    /// Send the messages, and wait for their echoes.
    case send
    /// Send large messages, and never read again.
    case flood

    var message: [UInt8] { [rawValue] }

    init?(_ message: Message) {
        guard message.count == 1 else { return nil }
        self.init(rawValue: message[0])
    }
}
