"""Discovery against itself: what records are, what is told to whom, and what is refused, in both profiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import records
import sodium
from commonware import CommonwareLink
from discovery import NO_SET, Conversation, Directory
from expecting import expect, expect_fault
from handshake import SYNCHRONY_BOUND
from items import Discovery, Hello
from link import Cipher, Link, Message
from records import AddressRecord, BitVector, Gossip, Greeting, Ingress, Peers
from wire import Reader, frame, varint

NAMESPACE, NOW = b"self-test", 1_800_000_000_000
SEEDS = [bytes([i]) * 32 for i in range(4)]
KEYS = [sodium.signing_keys(seed)[0] for seed in SEEDS]
US, PEER, THIRD, STRANGER = range(4)
PLACE = Ingress("127.0.0.1", 4600)


def record(of: int, time: int = NOW, place: Ingress = PLACE) -> AddressRecord:
    return AddressRecord.sign(place, time, SEEDS[of], NAMESPACE)


def forged(true: AddressRecord) -> AddressRecord:
    return replace(true, signature=bytes(64))


def directory(of: int = US) -> Directory:
    return Directory(SEEDS[of], NAMESPACE, PLACE, {7: [KEYS[US], KEYS[PEER], KEYS[THIRD]]}, now=lambda: NOW)


def items() -> list[bytes]:
    return [Discovery(gossip).encode() for gossip in (Greeting(record(US)), BitVector(7, (True,)), Peers(()))]


def encodings() -> None:
    for place in (PLACE, Ingress("2001:db8::1", 65_535), Ingress("node-1.example", 0), Ingress("a" * 63 + ".b", 1)):
        for time in (0, 127, (1 << 64) - 1):
            true = record(THIRD, time, place)
            expect(AddressRecord.decode(Reader(true.encode())) == true and true.verifies(NAMESPACE), place)
            for wrong in (forged(true), replace(true, time=time ^ 1), replace(true, key=KEYS[US]),
                          replace(true, ingress=Ingress(place.host, place.port ^ 1))):
                expect(not wrong.verifies(NAMESPACE), "a signature")
            expect(not true.verifies(b"another"), "a namespace")
    for n in (0, 1, 7, 8, 9, 17):
        vector = BitVector(300, tuple(i % 3 == 0 for i in range(n)))
        expect(BitVector.decode(Reader(vector.body())) == vector, vector)
    bits = BitVector(7, (True, False, True)).body()
    expect(bits == bytes([7, 0, 0, 0, 0, 0, 0, 0, 3, 0b101]), "least significant first")
    expect_fault("behind the last", lambda: BitVector.decode(Reader(bits[:-1] + bytes([0b1101]))))
    expect_fault("65537 bits", lambda: BitVector.decode(Reader(b"\0" + (65_537).to_bytes(8, "big"))))
    expect_fault("33 records", lambda: Peers.decode(Reader(varint(33))))
    for name in (b"", b"a..b", b"-a", b"a-", b"a_b", b"a.", b"\xc3\xa4", b"a" * 64, b"a." * 126 + b"ab"):
        encoded = b"\1" + varint(len(name)) + name + bytes(2)
        expect_fault("host name", lambda: Ingress.decode(Reader(encoded)))
    expect_fault("unknown kind 2", lambda: Ingress.decode(Reader(b"\2")))
    expect_fault("unknown kind 5", lambda: Ingress.decode(Reader(b"\0\5")))


def believing() -> None:
    ours = directory()
    ours.learn(forged(record(STRANGER)))
    ours.learn(record(THIRD))
    ours.learn(forged(record(THIRD)))
    ours.learn(forged(record(THIRD, NOW - 1)))
    expect(list(ours.records) == [KEYS[THIRD]], "passed over")
    ours.learn(record(THIRD, NOW + SYNCHRONY_BOUND, Ingress("a.example", 1)))
    expect(ours.records[KEYS[THIRD]].ingress.host == "a.example", "a later one")
    expect_fault("does not verify", lambda: ours.learn(forged(record(PEER))))
    expect_fault("ahead", lambda: ours.learn(record(PEER, NOW + SYNCHRONY_BOUND + 1)))
    expect_fault("of ours", lambda: ours.learn(record(US, 1)))


def answering() -> None:
    ours = directory()
    expect(ours.vector().bits == tuple(key == KEYS[US] for key in sorted(KEYS[:3])), "only ourselves")
    ours.learn(record(THIRD))
    none = BitVector(7, (False,) * 3)

    def told(vector: BitVector) -> set[bytes]:
        peers = ours.answer(vector)
        return set() if peers is None else {each.key for each in peers.records}

    expect(told(none) == {KEYS[US]}, "not connected")
    ours.connected.add(KEYS[THIRD])
    expect(told(none) == {KEYS[US], KEYS[THIRD]}, "connected")
    expect(told(BitVector(7, tuple(key != KEYS[THIRD] for key in sorted(KEYS[:3])))) == {KEYS[THIRD]}, "what lacks")
    expect(told(BitVector(7, (True,) * 3)) == set() and told(BitVector(8, (False,))) == set(), "nothing")
    expect_fault("2 bits for a set of 3", lambda: told(BitVector(7, (True,) * 2)))
    ours.now = lambda: NOW - 1
    expect(told(none) == {KEYS[US]}, "ahead of our clock")
    ours.sets = {}
    expect(ours.vector() == BitVector(NO_SET, ()), "no set")


def links() -> list[tuple[Callable[[Gossip | bytes], None], Link | CommonwareLink]]:
    """Of each profile: a pen of the peer's, and our link."""
    def make(link, encode: Callable, first: list[bytes]) -> tuple:
        cipher = Cipher(bytes(32))

        def write(said: Gossip | bytes) -> None:
            link.receive(frame(cipher.seal(said if isinstance(said, bytes) else encode(said))))
        for said in first:
            write(said)
        return write, link

    hello = Hello({1: (1000, 0)})
    native = Link((bytes(32), bytes(32)), hello, conversation=Conversation(directory(), KEYS[PEER]))
    commonware = CommonwareLink((bytes(32), bytes(32)), {1: 1000}, Conversation(directory(), KEYS[PEER]))
    return [make(native, lambda gossip: Discovery(gossip).encode(), [hello.encode()]),
            make(commonware, lambda gossip: records.encode(gossip, 1), [])]


def order() -> None:
    lookup = CommonwareLink((bytes(32), bytes(32)), {1: 1000})
    expect_fault("left over", lambda: lookup.receive(frame(Cipher(bytes(32)).seal(b"\1\0"))))
    greeting = Greeting(record(PEER))
    messages = bytes([0xB0, 1, 1, 0x61]), bytes([0, 1, 1, 0x61])
    for profile, message in enumerate(messages):
        def refused(part: str, *said: Gossip | bytes) -> None:
            write, _ = links()[profile]
            for each in said[:-1]:
                write(each)
            expect_fault(part, lambda: write(said[-1]))

        write, link = links()[profile]
        write(greeting)
        write(message)
        write(BitVector(7, (False,) * 3))
        expect([type(event) for event in link.events if not isinstance(event, Hello)] == [Greeting, Message, BitVector],
               link.events)
        refused("before its greeting", message)
        refused("before its greeting", BitVector(7, (True,) * 3))
        refused("before its greeting", Peers(()))
        refused("a second greeting", greeting, greeting)
        refused("greeting of", Greeting(record(THIRD)))
        refused("does not verify", Greeting(forged(record(PEER))))
        refused("does not verify", greeting, Peers((record(THIRD), forged(record(THIRD, NOW + 1)))))
        refused("in the middle", greeting, (b"\3" if profile else b"\4") + b"\1")


TESTS = (encodings, believing, answering, order)
