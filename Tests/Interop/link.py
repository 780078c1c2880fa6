"""What follows the handshake, for both sides, without a socket: sealed records go in and come out."""

from collections import deque
from dataclasses import dataclass, field

import lz4
import sodium
from items import (BULK, CRITICAL, FIRST, LZ4, NEXT, RAW, SMALLEST_RECORD, WHOLE, Discovery, Goodbye, Hello, Padding, Piece,
                   Ping, Pong, decode)
from wire import Fault, Incomplete, Reader, cut_frame, frame, varint

TAG = 16


@dataclass
class Message:
    priority: int
    channel: int
    data: bytes = field(repr=False)
    coding: int = RAW
    in_pieces: bool = False


class Cipher:
    def __init__(self, key):
        self.key, self.counter = key, 0

    def nonce(self):
        self.counter += 1
        return (self.counter - 1).to_bytes(12, "little")

    def seal(self, plaintext):
        return sodium.seal(plaintext, self.nonce(), self.key)

    def open(self, sealed):
        plaintext = sodium.open_sealed(sealed, self.nonce(), self.key)
        if plaintext is None:
            raise Fault("sent a record that does not open")
        return plaintext


class Link:
    """What comes is appended to `events`: hellos, messages, pings, pongs, goodbyes, and what is told of peers. Pings are
    answered, and so are bit vectors, if there is a conversation about peers: without one the link is in lookup mode."""

    def __init__(self, keys, hello, version=1, conversation=None):
        self.sealer, self.opener = Cipher(keys[0]), Cipher(keys[1])
        self.hello, self.version = hello, version
        self.theirs, self.greeted = None, False
        self.incoming, self.events = bytearray(), deque()
        self.pieces, self.goodbye = {}, None
        self.control, self.asked = deque([hello]), deque()
        self.queues = {priority: deque() for priority in range(CRITICAL, BULK + 1)}
        self.leaving, self.left = None, False
        self.conversation = conversation
        if conversation is not None:
            self.control += map(Discovery, conversation.begin())

    @property
    def limit(self):
        """The longest plaintext, either way."""
        if self.theirs is None or not self.greeted:
            return SMALLEST_RECORD
        return min(self.hello.record_limit, self.theirs.record_limit)

    # What comes.

    def receive(self, data):
        self.incoming += data
        # The limit may be another after each record. A record holds one byte at least.
        while (sealed := cut_frame(self.incoming, TAG + 1, self.limit + TAG, "a record")) is not None:
            self.record(self.opener.open(sealed))

    def record(self, plaintext):
        if not plaintext:
            raise Fault("sent an empty record")
        reader = Reader(plaintext)
        while reader.left:
            if self.goodbye is not None:
                raise Fault("sent something behind its goodbye")
            self.take(decode(reader))

    def take(self, item):
        if self.theirs is None and not isinstance(item, Hello):
            raise Fault(f"sent {item} before its hello")
        if isinstance(item, Hello):
            self.check(item)
            self.theirs = item
        elif isinstance(item, Ping):
            self.control.append(Pong(item.number))
        elif isinstance(item, Pong):
            if item.number not in self.asked:
                raise Fault("sent a pong that nobody asked for")
            self.asked.remove(item.number)
        elif isinstance(item, Goodbye):
            self.goodbye = item
        elif isinstance(item, Discovery):
            item = self.hear(item.gossip)
        elif isinstance(item, Piece):
            if self.conversation is not None:
                self.conversation.require_greeting("a message")
            item = self.assemble(item)
        if item is not None and not isinstance(item, Padding):
            self.events.append(item)

    def check(self, hello):
        if self.theirs is not None:
            raise Fault("sent a second hello")
        if not hello.lowest <= self.version <= hello.highest:
            raise Fault(f"speaks the versions {hello.lowest} to {hello.highest}, and we are in version {self.version}")
        if min(hello.highest, self.hello.highest) > self.version:
            raise Fault(f"speaks a newer version than {self.version}, as we do: somebody between us chose the older one")

    def hear(self, gossip):
        if self.conversation is None:
            raise Fault(f"sent {type(gossip).__name__}, which belongs to discovery")
        self.tell(self.conversation.hear(gossip))
        return gossip

    def assemble(self, piece):
        """The message, once it is complete."""
        begun = self.pieces.get(piece.priority)
        if piece.kind == NEXT:
            if begun is None:
                raise Fault(f"sent a next piece at the priority {piece.priority}, where none was begun")
            first, data = begun
            if len(piece.data) > first.total - len(data):
                raise Fault(f"sent a piece of {len(piece.data)} bytes where {first.total - len(data)} are missing")
            data += piece.data
            if len(data) < first.total:
                return None
            del self.pieces[piece.priority]
            return self.message(first, bytes(data))
        if begun is not None:
            raise Fault(f"sent another message at the priority {piece.priority} between the pieces of one")
        self.check_begin(piece, piece.total if piece.kind == FIRST else len(piece.data))
        if piece.kind == WHOLE:
            return self.message(piece, piece.data)
        self.pieces[piece.priority] = piece, bytearray(piece.data)
        return None

    def check_begin(self, piece, length):
        limit = self.hello.limit(piece.channel)
        if limit is None:
            raise Fault(f"sent a message on the channel {piece.channel}, which is not ours")
        # What is compressed is shorter than what it was, so this holds for it, too.
        if length > limit:
            raise Fault(f"sent a message of {length} bytes on the channel {piece.channel}, which takes {limit}")
        both = self.hello.takes_lz4(piece.channel) and self.theirs.takes_lz4(piece.channel)
        if piece.coding == LZ4 and not both:
            raise Fault(f"sent a compressed message on the channel {piece.channel}, where not both hellos allow it")

    def message(self, begin, data):
        if begin.coding == LZ4:
            reader = Reader(data)
            try:
                length = reader.varint()
            except Incomplete:
                raise Fault("sent a compressed message without its length") from None
            limit = self.hello.limit(begin.channel)
            if not len(data) < length <= min(limit, 255 * reader.left):
                raise Fault(f"sent a compressed message of {len(data)} bytes that says it was {length}")
            data = lz4.decompress(reader.take(reader.left), length)
        return Message(begin.priority, begin.channel, data, begin.coding, begin.kind == FIRST)

    # What leaves.

    def ping(self, number):
        self.asked.append(number)
        self.control.append(Ping(number))

    def tell(self, gossip):
        if gossip is not None:
            self.control.append(Discovery(gossip))

    def send(self, priority, channel, data, compress=False):
        """Only after the other side's hello, which says what it takes."""
        if self.theirs.limit(channel) is None or len(data) > self.theirs.limit(channel):
            raise ValueError("more than the other side takes")
        coding = RAW
        if compress and self.theirs.takes_lz4(channel) and self.hello.takes_lz4(channel):
            block = lz4.compress(data)
            if block is not None and len(varint(len(data)) + block) < len(data):
                coding, data = LZ4, varint(len(data)) + block
        self.queues[priority].append([Piece(priority, WHOLE, data, coding, channel), 0])

    def leave(self, reason=0):
        """Says goodbye when all that waits is sent."""
        self.leaving = Goodbye(reason)

    def next_record(self):
        """The next sealed and framed record, or None if nothing waits."""
        if self.left:
            return None
        limit, plaintext = self.limit, bytearray()
        while self.control and len(plaintext) + len(self.control[0].encode()) <= limit:
            plaintext += self.control.popleft().encode()
        if self.theirs is not None and self.greeted:
            # One after the other, and pieces of half a record: so that the pieces of several messages are mixed.
            for priority in self.queues:
                plaintext += self.cut(priority, limit, limit - len(plaintext))
            waits = self.control or any(self.queues.values())
            if self.leaving and not waits and limit - len(plaintext) >= 2:
                plaintext += self.leaving.encode()
                self.left = True
        self.greeted = True
        return frame(self.sealer.seal(bytes(plaintext))) if plaintext else None

    def cut(self, priority, limit, room):
        queue = self.queues[priority]
        if not queue:
            return b""
        message, sent = queue[0]
        whole = message.encode()
        if sent == 0 and len(whole) <= limit:
            if len(whole) > room:
                return b""
            queue.popleft()
            return whole
        kind = NEXT if sent else FIRST
        piece = Piece(priority, kind, b"", RAW if sent else message.coding, message.channel, len(message.data))
        # Three bytes hold the length of any piece.
        n = min(limit // 2, room - len(piece.head()) - 3, len(message.data) - sent)
        if n < 1:
            return b""
        piece.data = message.data[sent:sent + n]
        queue[0][1] = sent + n
        if sent + n == len(message.data):
            queue.popleft()
        return piece.encode()
