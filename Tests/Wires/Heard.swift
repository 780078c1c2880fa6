package import ConclaveTransport

/// One received thing, by value.
package enum Heard: Equatable {
    case message(channel: UInt64, [UInt8])
    case ping
    case control(ControlItem)
}
