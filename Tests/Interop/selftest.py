"""The client against itself: both sides of the handshake and of the link, and the refusal of what is malformed."""

import hashlib
import socket
import threading

import client
import selftest_discovery
import sodium
from blake3 import blake3
from connection import Connection
from expecting import expect, expect_fault
from handshake import Dialer, Listener
from items import (BULK, CRITICAL, FIRST, HIGH, LZ4, NEXT, NORMAL, RAW, SMALLEST_RECORD, WHOLE, Goodbye, Hello, Padding, Piece,
                   Ping, Pong)
from link import Cipher, Link, Message
from wire import frame, varint

NAMESPACE = b"self-test"
SEEDS = bytes(32), bytes([1]) * 32
KEYS = [sodium.signing_keys(seed)[0] for seed in SEEDS]
SMALL, BIG, PLAIN = 7, 8, 9
OURS = Hello({SMALL: (100, 1), BIG: (100_000, 1), PLAIN: (100, 0)}, record_limit=8192)


def hashes():
    expect(blake3(b"abc").hex() == "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85", "BLAKE3")
    counting = bytes(i % 251 for i in range(2048))
    expect(blake3(counting).hex() == "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a", "a tree of BLAKE3")


def echo(connection):
    """The node's part: sends back whatever comes, at the priority at which it came, until the goodbye."""
    connection.next_event("a hello")
    connection.link.ping(1)
    while not isinstance(event := connection.next_event("a goodbye"), Goodbye):
        if isinstance(event, Message):
            connection.link.send(event.priority, event.channel, event.data, compress=True)
    connection.link.leave()
    connection.finish()


def conversation(lz4, record_limit):
    ours, theirs = socket.socketpair()
    hello = client.own_hello(3, 100_000, record_limit, lz4)
    takes = Hello({3: (90_000, 1), 4: (5, 0)}, agent=b"echo")
    node = Connection(theirs, Listener(SEEDS[1], NAMESPACE, [KEYS[0]]), lambda keys: Link(keys, takes))
    failures, lines = [], []

    def run():
        try:
            echo(node)
        except Exception as failure:
            failures.append(failure)
            theirs.close()

    thread = threading.Thread(target=run)
    thread.start()
    side = Dialer(SEEDS[0], NAMESPACE, KEYS[1])
    client.talk(Connection(ours, side, lambda keys: Link(keys, hello)), 3, "hello", 40, lines.append)
    thread.join()
    expect(not failures, failures)
    expect("echoes: 40" in lines[1] and "pings: 1" in lines[1] and "priority 2: 20, priority 5: 20" in lines[1], lines)
    expect(("compressed: 0" in lines[1]) != lz4 and ("pieces: 0" not in lines[1]), lines)


def shake(dialer, listener, tamper=None):
    """Moves bytes one by one, as the network may."""
    while dialer.outgoing or listener.outgoing:
        for source, target in ((dialer, listener), (listener, dialer)):
            data = bytes(source.outgoing)
            source.outgoing.clear()
            if tamper is not None and data:
                data = tamper(source, data)
            for byte in data:
                target.receive(bytes([byte]))


def handshakes():
    def sides(now=None, version=1, namespace=NAMESPACE, accepted=KEYS[:1]):
        return (Dialer(SEEDS[0], namespace, KEYS[1], now=now, version=version), Listener(SEEDS[1], NAMESPACE, accepted))

    dialer, listener = sides()
    shake(dialer, listener)
    expect(dialer.keys == listener.keys[::-1] and dialer.keys[0] != dialer.keys[1], "both sides have the same keys")

    expect_fault("asked for version 2", lambda: shake(*sides(version=2)))
    expect_fault("not accepted", lambda: shake(*sides(accepted=[])))
    expect_fault("signature", lambda: shake(*sides(namespace=b"other")))
    expect_fault("ms off our clock", lambda: shake(*sides(now=lambda: 1)))

    def tampered(party, at):
        def tamper(source, data):
            if isinstance(source, party) and len(data) > at:
                return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
            return data
        return lambda: shake(*sides(), tamper)

    expect_fault("frame of 32 bytes", tampered(Dialer, 0))
    expect_fault("signature", tampered(Dialer, 34 + 1 + 8 + 32))
    expect_fault("signature", tampered(Listener, 2 + 8))
    expect_fault("confirmation", tampered(Listener, 2 + 104))

    def zero():
        dialer, _ = sides()
        dialer.agree(bytes(32))
    expect_fault("nothing can be agreed", zero)

    def wrong_ack():
        dialer, listener = sides()
        listener.receive(dialer.outgoing)
        listener.receive(frame(bytes(32)))
    expect_fault("Ack", wrong_ack)


class Peer:
    """A link that has said hello, and the other side's pen."""

    def __init__(self, hello=OURS, greeted=True):
        self.link, self.pen = Link((bytes(32), bytes(32)), OURS), Cipher(bytes(32))
        self.link.next_record()
        if greeted:
            self.record(hello)

    def record(self, *items):
        self.plaintext(b"".join(item if isinstance(item, bytes) else item.encode() for item in items))

    def plaintext(self, plaintext):
        self.link.receive(frame(self.pen.seal(plaintext)))

    def messages(self):
        return [event for event in self.link.events if isinstance(event, Message)]


def whole(data, channel=BIG, priority=NORMAL, coding=RAW):
    return Piece(priority, WHOLE, data, coding, channel)


def first(data, total, channel=BIG, priority=NORMAL, coding=RAW):
    return Piece(priority, FIRST, data, coding, channel, total)


def following(data, priority=NORMAL):
    return Piece(priority, NEXT, data)


def refused(part, *items, hello=OURS, greeted=True):
    """The last item is refused, what stands in front of it in the same record is delivered."""
    peer = Peer(hello, greeted)
    expect_fault(part, lambda: peer.record(*items))
    expect(len(peer.messages()) == sum(isinstance(item, Piece) and item.kind == WHOLE for item in items[:-1]), part)


def records():
    peer = Peer()
    peer.record(whole(b""), Padding(0), Padding(4093), whole(b"x" * 100, SMALL, CRITICAL))
    expect([m.data for m in peer.messages()] == [b"", b"x" * 100], "messages and padding")

    peer = Peer()
    peer.record(first(b"ab", 5), first(b"12", 3, priority=BULK), Ping(5), whole(b"between", priority=HIGH), following(b"c"))
    peer.record(following(b"3", BULK), following(b"de"), whole(b"after"))
    expect([m.data for m in peer.messages()] == [b"between", b"123", b"abcde", b"after"], "pieces of two priorities")
    expect(peer.link.next_record() is not None, "the pong")

    limit = OURS.record_limit
    peer = Peer()
    peer.plaintext(whole(bytes(limit - 4)).encode())
    expect(len(peer.messages()) == 1, "a record of the greatest length")
    # The length alone is enough to refuse it.
    expect_fault(f"a frame of {limit + 17} bytes", lambda: Peer().link.receive(varint(limit + 17)))
    expect_fault("a frame of 4113 bytes", lambda: Peer(greeted=False).link.receive(varint(SMALLEST_RECORD + 17)))
    expect_fault("a frame of 16 bytes", lambda: Peer().record())
    expect_fault("longer than it has to be", lambda: Peer().link.receive(bytes([0xA0, 0x00])))
    expect_fault("more than 32 bits", lambda: Peer().link.receive(bytes([0xFF, 0xFF, 0xFF, 0xFF, 0x1F])))
    expect_fault("does not open", lambda: Peer().link.receive(frame(bytes(40))))

    def replayed():
        peer = Peer()
        peer.pen.counter = 0
        peer.record(Ping(1))
    expect_fault("does not open", replayed)


def items():
    ping = Ping(1)
    refused("before its hello", ping, greeted=False)
    refused("second hello", whole(b"a"), OURS)
    for byte in (0x08, 0x7F):
        refused("unknown first byte", whole(b"a"), bytes([byte]))
    for item in selftest_discovery.items():
        refused("belongs to discovery", whole(b"a"), item)
    # Priority 0, 6 and 7; coding 2 and 3; kind 3; a next piece with a coding.
    for byte in (0x80, 0xE0, 0xF0, 0xB8, 0xBC, 0xB3, 0xB6):
        refused("with the first byte", whole(b"a"), bytes([byte, BIG, 1, 0x61]))
    refused("unknown reason", Goodbye(5))
    refused("behind its goodbye", Goodbye(0), Padding(0))
    refused("nobody asked", Pong(1))
    refused("middle of an item", whole(b"a"), ping.encode()[:-1])
    refused("middle of an item", whole(b"a"), whole(b"abc").encode()[:-1])
    refused("an item of 4097 bytes", whole(b"a"), Padding(4094))
    refused("longer than it has to be", whole(b"a"), bytes([0xB0, 0x88, 0x00, 0x00]))
    refused("is not ours", whole(b"a", channel=1))
    refused("which takes 100", whole(b"a"), whole(bytes(101), SMALL))
    refused("which takes 100", whole(b"a"), first(b"a", 101, SMALL))
    refused("empty piece", first(b"", 2))
    refused("first piece of 2 bytes", first(b"ab", 2))
    refused("none was begun", whole(b"a"), following(b"a"))
    refused("none was begun", first(b"a", 2), following(b"b", BULK))
    refused("where 1 are missing", first(b"a", 2), following(b"bc"))
    refused("empty piece", first(b"a", 2), following(b""))
    refused("between the pieces", first(b"a", 3), whole(b"b"))
    refused("between the pieces", first(b"a", 3), first(b"b", 3))

    peer = Peer()
    peer.link.ping(9)
    peer.record(Pong(9))
    expect_fault("nobody asked", lambda: peer.record(Pong(9)))


def hellos():
    def wrong(part, **changes):
        refused(part, Hello(**{"channels": OURS.channels} | changes), greeted=False)

    wrong("versions 0 to 1", lowest=0)
    wrong("versions 2 to 1", lowest=2)
    wrong("we are in version 1", lowest=2, highest=2)
    wrong("record limit 4095", record_limit=4095)
    wrong("record limit 65409", record_limit=65_409)
    wrong("agent of 65 bytes", agent=b"a" * 65)
    wrong("unprintable", agent=b"\x7f")
    wrong("129 channels", channels={i: (0, 0) for i in range(129)})
    encoded = Hello({1: (2, 0), 3: (4, 0)}).encode()
    refused("the channel 1 behind 1", encoded.replace(bytes([3, 4, 0]), bytes([1, 4, 0])), greeted=False)
    newer = Link((bytes(32), bytes(32)), Hello({}, highest=2))
    expect_fault("newer version", lambda: newer.take(Hello({}, highest=3)))
    # A newer peer may set what has no meaning yet.
    peer = Peer(Hello({1: (2, 0xFF)}, highest=9, features=1 << 63, agent=b"x" * 64))
    expect(peer.link.theirs.features == 1 << 63 and peer.link.theirs.takes_lz4(1), "unknown bits are ignored")
    longest = Hello({(1 << 64) - 129 + i: ((1 << 32) - 1, 0) for i in range(128)}, agent=b"a" * 64).encode()
    expect(len(longest) == 2129 and Peer(longest).link.theirs.agent == b"a" * 64, "the longest hello")


def compression():
    def block(original, compressed):
        return varint(original) + compressed

    # Four letters, then a match of eight at the distance four, then the five literals at the end.
    text, packed = b"abcdabcdabcdvwxyz", bytes([0x44]) + b"abcd" + bytes([4, 0, 0x50]) + b"vwxyz"
    good = block(17, packed)
    peer = Peer()
    peer.record(whole(good, coding=LZ4))
    peer.record(first(good[:3], len(good), coding=LZ4), following(good[3:]))
    expect([m.data for m in peer.messages()] == [text, text], "a compressed message")

    def wrong(part, data, channel=BIG, hello=OURS):
        refused(part, whole(b"a"), whole(data, channel, coding=LZ4), hello=hello)

    wrong("not both hellos", good, PLAIN)
    wrong("not both hellos", good, hello=Hello({BIG: (100_000, 0)}))
    wrong("shorter than it says", block(18, packed))
    wrong("longer than it says", block(16, packed))
    wrong("says it was 14", block(14, packed))
    wrong("says it was 101", block(101, packed), SMALL)
    wrong(f"says it was {255 * len(packed) + 1}", block(255 * len(packed) + 1, packed))
    wrong("that says it was 0", block(0, b""))
    wrong("without its length", b"")
    wrong("bytes that are not there", block(17, packed.replace(bytes([4, 0]), bytes([0, 0]))))
    wrong("bytes that are not there", block(17, packed.replace(bytes([4, 0]), bytes([5, 0]))))
    # Four literals at the end, and a match eleven bytes before it.
    wrong("too close", block(16, bytes([0x44]) + b"abcd" + bytes([4, 0, 0x40]) + b"vwxy"))
    wrong("too close", block(35, bytes([0x4F]) + b"abcd" + bytes([4, 0, 1, 0x00, 4, 0, 0x70]) + b"tuvwxyz"))
    wrong("middle of a sequence", block(17, packed[:-1]))
    wrong("middle of a sequence", block(12, packed[:7]))
    noise = hashlib.shake_128(b"").digest(50) * 40
    peer = Peer()
    peer.link.send(NORMAL, BIG, noise, compress=True)
    back = Peer()
    back.link.opener = Cipher(bytes(32))
    back.link.opener.counter = 1
    back.link.receive(peer.link.next_record())
    expect(back.messages()[0].data == noise, "what is sent compressed")


def main():
    for test in (hashes, handshakes, records, items, hellos, compression, *selftest_discovery.TESTS):
        test()
    for lz4 in (True, False):
        for record_limit in (4096, 8192, 65_408):
            conversation(lz4, record_limit)
    print("all is well")
    return 0
