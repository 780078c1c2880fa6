"""What handshake and records share: integers, frames, and the complaint about a peer."""


class Fault(Exception):
    """What the other side did that it must not do, as the end of a sentence that begins with it."""


def varint(n):
    encoded = bytearray()
    while n > 0x7F:
        encoded.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(encoded + bytes([n]))


class Incomplete(Exception):
    """The bytes end inside of a value."""


class Reader:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def take(self, n):
        if n > len(self.data) - self.at:
            raise Incomplete
        self.at += n
        return bytes(self.data[self.at - n:self.at])

    def byte(self):
        return self.take(1)[0]

    def integer(self, n):
        return int.from_bytes(self.take(n), "big")

    def varint(self, bits=32):
        value = 0
        for shift in range(0, bits, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if value >> bits:
                raise Fault(f"sent a varint of more than {bits} bits")
            if byte < 0x80:
                if byte == 0 and shift > 0:
                    raise Fault("sent a varint that is longer than it has to be")
                return value
        raise Fault(f"sent a varint of more than {bits} bits")

    @property
    def left(self):
        return len(self.data) - self.at


def frame(payload):
    return varint(len(payload)) + payload


def cut_frame(buffer, least, most, what):
    """Takes the first frame off the buffer, or returns None if it has not all come. A length out of bounds is refused
    before the bytes it announces are there."""
    reader = Reader(buffer)
    try:
        n = reader.varint()
        if not least <= n <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            raise Fault(f"sent a frame of {n} bytes where {what} of {wanted} is due")
        payload = reader.take(n)
    except Incomplete:
        return None
    del buffer[:reader.at]
    return payload
