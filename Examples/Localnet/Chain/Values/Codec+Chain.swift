import ConclaveCodec

extension Writer {
    /// Appends `0x00`, or `0x01 ‖ value`.
    mutating func optional(_ value: (some WireValue)?) {
        guard let value else { return byte(0) }
        byte(1)
        value.encode(into: &self)
    }
}

extension Reader {
    /// Reads `0x00`, or `0x01 ‖ value`.
    mutating func optional<Value: WireValue>() throws(DecodeError) -> Value? {
        let tag = try byte()
        switch tag {
        case 0: return nil
        case 1: return try Value(from: &self)
        case _: throw .unknownTag(tag)
        }
    }

    /// Reads a varint that is no more than there ever is.
    mutating func amount() throws(DecodeError) -> UInt64 {
        let amount = try varint64()
        guard amount <= Account.supplyMax else {
            throw .aboveLimit(value: amount, limit: Account.supplyMax)
        }
        return amount
    }
}
