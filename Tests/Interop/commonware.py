"""What follows the handshake in the commonware profile, for both sides, without a socket: one message a record."""

from __future__ import annotations

from collections import deque

import records
from discovery import Conversation
from link import TAG, Cipher, Message
from records import Gossip
from wire import Fault, Incomplete, Reader, cut_frame, frame, varint

DATA, PING = 0, 1
# Of greetings; bit vectors and peers have the next two.
GOSSIP = 1


class CommonwareLink:
    """What comes is appended to `events`: messages, and what is told of peers. Bit vectors are answered, if there is a
    conversation about peers: without one the link is in lookup mode."""

    def __init__(self, keys: tuple[bytes, bytes], channels: dict[int, int], conversation: Conversation | None = None) -> None:
        self.sealer, self.opener = Cipher(keys[0]), Cipher(keys[1])
        self.channels, self.conversation = channels, conversation
        self.limit = max(channels.values()) + 16
        self.incoming, self.outgoing = bytearray(), deque[bytes]()
        self.events: deque[Message | Gossip] = deque()
        self.goodbye, self.left = None, False
        if conversation is not None:
            for gossip in conversation.begin():
                self.tell(gossip)

    def receive(self, data: bytes) -> None:
        self.incoming += data
        while (sealed := cut_frame(self.incoming, TAG, self.limit + TAG, "a record")) is not None:
            reader = Reader(self.opener.open(sealed))
            try:
                self.take(reader)
            except Incomplete:
                raise Fault("sent a record that ends in the middle of a message") from None
            if reader.left:
                raise Fault(f"sent a message with {reader.left} bytes left over")

    def take(self, reader: Reader) -> None:
        first = reader.byte()
        if first == DATA:
            if self.conversation is not None:
                self.conversation.require_greeting("a message")
            self.events.append(self.message(reader))
        elif self.conversation is not None and records.is_gossip(first, GOSSIP):
            gossip = records.decode(first, GOSSIP, reader)
            self.tell(self.conversation.hear(gossip))
            self.events.append(gossip)
        elif self.conversation is not None or first != PING:
            raise Fault(f"sent a message with the unknown first byte {first:#04x}")

    def message(self, reader: Reader) -> Message:
        channel, n = reader.varint(64), reader.varint()
        limit = self.channels.get(channel)
        if limit is None:
            raise Fault(f"sent a message on the channel {channel}, which is not ours")
        if n > limit:
            raise Fault(f"sent a message of {n} bytes on the channel {channel}, which takes {limit}")
        return Message(0, channel, reader.take(n))

    def tell(self, gossip: Gossip | None) -> None:
        if gossip is not None:
            self.outgoing.append(records.encode(gossip, GOSSIP))

    def ping(self) -> None:
        self.outgoing.append(bytes([PING]))

    def send(self, _priority: int, channel: int, data: bytes, _compress: bool = False) -> None:
        """The profile has neither priorities nor compression."""
        self.outgoing.append(bytes([DATA]) + varint(channel) + varint(len(data)) + data)

    def leave(self, _reason: int = 0) -> None:
        """Nothing is said at the end. Who leaves closes when all that waits is sent."""
        self.left = True

    def next_record(self) -> bytes | None:
        """The next sealed and framed record, or None if nothing waits."""
        return frame(self.sealer.seal(self.outgoing.popleft())) if self.outgoing else None
