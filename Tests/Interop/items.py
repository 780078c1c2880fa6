"""The items that a record is made of, as bytes and back. What depends on what came before is in `link.py`."""

from dataclasses import dataclass, field

import records
from records import Gossip
from wire import Fault, Incomplete, Reader, varint

SMALLEST_RECORD, LARGEST_RECORD = 4096, 65_408
# No item but messages is longer, with its first byte.
ITEM_LIMIT = 4096
PADDING, HELLO, PING, PONG, GOODBYE = 0x00, 0x01, 0x05, 0x06, 0x07
# Of greetings; bit vectors and peers have the next two.
GOSSIP = 0x02
REASONS = ("shutdown", "replaced", "protocol error", "overloaded", "not wanted")
CRITICAL, HIGH, NORMAL, LOW, BULK = range(1, 6)
RAW, LZ4 = 0, 1
WHOLE, FIRST, NEXT = 0, 1, 2


@dataclass
class Hello:
    channels: dict  # number: (largest message, flags), in ascending order of the numbers
    lowest: int = 1
    highest: int = 1
    features: int = 0
    record_limit: int = LARGEST_RECORD
    agent: bytes = b""

    def encode(self):
        channels = [varint(c) + varint(limit) + bytes([flags]) for c, (limit, flags) in sorted(self.channels.items())]
        return (bytes([HELLO, self.lowest, self.highest]) + self.features.to_bytes(8, "big") + varint(self.record_limit)
                + varint(len(self.agent)) + self.agent + varint(len(channels)) + b"".join(channels))

    def limit(self, channel):
        """None for a channel that is not taken."""
        return self.channels[channel][0] if channel in self.channels else None

    def takes_lz4(self, channel):
        return channel in self.channels and self.channels[channel][1] & 1 == 1


@dataclass
class Padding:
    count: int

    def encode(self):
        return bytes([PADDING]) + varint(self.count) + bytes(self.count)


@dataclass
class Ping:
    number: int

    def encode(self):
        return bytes([PING]) + self.number.to_bytes(8, "big")


@dataclass
class Pong:
    number: int

    def encode(self):
        return bytes([PONG]) + self.number.to_bytes(8, "big")


@dataclass
class Goodbye:
    reason: int

    def encode(self):
        return bytes([GOODBYE, self.reason])


@dataclass
class Discovery:
    gossip: Gossip

    def encode(self):
        return records.encode(self.gossip, GOSSIP)


@dataclass
class Piece:
    """A message or a piece of one. Only a whole one and a first piece name the channel, only a first one the total."""
    priority: int
    kind: int
    data: bytes = field(repr=False)
    coding: int = RAW
    channel: int = 0
    total: int = 0

    def head(self):
        head = bytes([0x80 | self.priority << 4 | self.coding << 2 | self.kind])
        if self.kind != NEXT:
            head += varint(self.channel)
        if self.kind == FIRST:
            head += varint(self.total)
        return head

    def encode(self):
        return self.head() + varint(len(self.data)) + self.data


def decode(reader):
    """The next item of a record."""
    start = reader.at
    try:
        first = reader.byte()
        item = piece(reader, first) if first >= 0x80 else small_item(reader, first)
    except Incomplete:
        raise Fault("sent a record that ends in the middle of an item") from None
    if first < 0x80 and reader.at - start > ITEM_LIMIT:
        raise Fault(f"sent an item of {reader.at - start} bytes, of the kind {first:#04x}")
    return item


def small_item(reader, first):
    if first == PADDING:
        return Padding(len(reader.take(reader.varint())))
    if first == HELLO:
        return hello(reader)
    if first == PING:
        return Ping(reader.integer(8))
    if first == PONG:
        return Pong(reader.integer(8))
    if first == GOODBYE:
        reason = reader.byte()
        if reason >= len(REASONS):
            raise Fault(f"said goodbye for the unknown reason {reason}")
        return Goodbye(reason)
    if records.is_gossip(first, GOSSIP):
        return Discovery(records.decode(first, GOSSIP, reader))
    raise Fault(f"sent an item with the unknown first byte {first:#04x}")


def hello(reader):
    lowest, highest, features, record_limit = reader.byte(), reader.byte(), reader.integer(8), reader.varint()
    if not 1 <= lowest <= highest:
        raise Fault(f"sent a hello with the versions {lowest} to {highest}")
    if not SMALLEST_RECORD <= record_limit <= LARGEST_RECORD:
        raise Fault(f"sent a hello with the record limit {record_limit}")
    n = reader.varint()
    if n > 64:
        raise Fault(f"sent a hello with an agent of {n} bytes")
    agent = reader.take(n)
    if any(not 0x20 <= byte <= 0x7E for byte in agent):
        raise Fault(f"sent a hello with the unprintable agent {agent}")
    count = reader.varint()
    if count > 128:
        raise Fault(f"sent a hello with {count} channels")
    channels, last = {}, -1
    for _ in range(count):
        channel, limit, flags = reader.varint(64), reader.varint(), reader.byte()
        if channel <= last:
            raise Fault(f"sent a hello with the channel {channel} behind {last}")
        channels[channel], last = (limit, flags), channel
    return Hello(channels, lowest, highest, features, record_limit, agent)


def piece(reader, first):
    priority, coding, kind = first >> 4 & 7, first >> 2 & 3, first & 3
    if not CRITICAL <= priority <= BULK or coding > LZ4 or kind > NEXT or kind == NEXT and coding != RAW:
        raise Fault(f"sent a message with the first byte {first:#04x}")
    channel = reader.varint(64) if kind != NEXT else 0
    total = reader.varint() if kind == FIRST else 0
    n = reader.varint()
    if kind != WHOLE and n == 0:
        raise Fault("sent an empty piece")
    if kind == FIRST and n >= total:
        raise Fault(f"sent a first piece of {n} bytes of a message of {total}")
    return Piece(priority, kind, reader.take(n), coding, channel, total)
