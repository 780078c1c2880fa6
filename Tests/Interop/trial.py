#!/usr/bin/env python3
"""What a node in discovery makes of each thing that Docs/Wire.md says a peer may not tell, or may tell in vain; then the truth:
where a third peer is, whom the node has to dial for it.

The node must send messages back (`conclave peer --discovery --echo`), know us and the third peer as its `--peer`, and not know
where the third is. The third is ourselves, under another key.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

# No compiled files beside the sources.
sys.dont_write_bytecode = True

import client
import meeting
import sodium
from connection import Connection
from discovery import NO_SET, Conversation, Directory
from handshake import COMMONWARE, SYNCHRONY_BOUND, milliseconds
from items import NORMAL, Goodbye
from link import Message
from records import (MAX_PEERS_PER_SET, PEER_GOSSIP_MAX_COUNT, AddressRecord, BitVector, Gossip, Greeting, Ingress, Peers)
from wire import Fault, varint

PROTOCOL_ERROR = 2
NOWHERE = Ingress("127.0.0.1", 9)
HOUR = 3_600_000


class Scripted(Conversation):
    """Begins with what it is told to, and tells of nobody by itself."""

    def __init__(self, directory: Directory, peer: bytes, first: list[Gossip]) -> None:
        super().__init__(directory, peer)
        self.first = first

    def begin(self) -> list[Gossip]:
        return self.first

    def hear(self, gossip: Gossip) -> Gossip | None:
        super().hear(gossip)
        return None


@dataclass(frozen=True)
class Distorted(Peers):
    """An answer whose bytes are none."""
    raw: bytes = b""

    def body(self) -> bytes:
        return self.raw


@dataclass(frozen=True)
class DistortedVector(BitVector):
    raw: bytes = b""

    def body(self) -> bytes:
        return self.raw


def forged(record: AddressRecord) -> AddressRecord:
    return replace(record, signature=record.signature[:-1] + bytes([record.signature[-1] ^ 1]))


def answer(*records: AddressRecord) -> Peers:
    return Peers(records)


def one_record(ingress: bytes, key: bytes) -> Distorted:
    """An answer of one record whose ingress is these bytes; nothing else of it is looked at before."""
    return Distorted((), varint(1) + ingress + varint(1) + key + bytes(64))


class Trial(meeting.Meeting):
    def __init__(self, options, log=print) -> None:
        self.node, self.place = options.node
        self.third_seed = options.third_seed
        self.third = sodium.signing_keys(self.third_seed)[0]
        super().__init__(options, [self.node, self.third])
        self.index, = self.directory.sets
        self.members = self.directory.sets[self.index]
        self.own, self.log = self.directory.own, log

    # What is said.

    def about_third(self, ahead: int = 0, namespace: bytes | None = None, place: Ingress = NOWHERE) -> AddressRecord:
        since = milliseconds() + ahead
        return AddressRecord.sign(place, since, self.third_seed, self.namespace if namespace is None else namespace)

    def of_node(self) -> AddressRecord:
        """The node's own, which its greeting brought."""
        return self.directory.records[self.node]

    def vector(self, *missing: bytes) -> BitVector:
        """One that says that news of these is needed."""
        return BitVector(self.index, tuple(key not in missing for key in self.members))

    def lies(self) -> list[tuple[str, Gossip]]:
        """What ends the link."""
        third, stranger = self.about_third(), AddressRecord.sign(NOWHERE, milliseconds(), bytes(32), self.namespace)
        bits = len(self.members)
        count = bits.to_bytes(8, "big")
        return [
            ("a record whose signature does not verify", answer(forged(third))),
            ("a record of another namespace", answer(self.about_third(namespace=b"another"))),
            ("a record with another port than was signed", answer(replace(third, ingress=Ingress("127.0.0.1", 10)))),
            ("a record with another time than was signed", answer(replace(third, time=third.time - 1))),
            ("a record that is signed by another key", answer(replace(stranger, key=self.third))),
            ("a forged record behind one of a stranger", answer(stranger, forged(third))),
            ("a record from too far ahead", answer(self.about_third(ahead=SYNCHRONY_BOUND + HOUR))),
            ("the node's own record", answer(self.of_node())),
            ("a record of the node from long ago", answer(replace(self.of_node(), time=1))),
            ("more records than an answer may have", answer(*[self.own] * (PEER_GOSSIP_MAX_COUNT + 1))),
            ("an answer that lacks a record", Distorted((), varint(2) + self.own.encode())),
            ("an ingress of an unknown kind", one_record(bytes([2, 4, 127, 0, 0, 1, 0, 9]), self.third)),
            ("a socket of an unknown kind", one_record(bytes([0, 5, 127, 0, 0, 1, 0, 9]), self.third)),
            ("a host name without a byte", one_record(bytes([1, 0, 0, 9]), self.third)),
            ("a host name with an underscore", one_record(bytes([1, 3]) + b"a_b" + bytes(2), self.third)),
            ("a host name with a hyphen at an end", one_record(bytes([1, 4]) + b"a-.b" + bytes(2), self.third)),
            ("a host name with an empty label", one_record(bytes([1, 2]) + b"a." + bytes(2), self.third)),
            ("a vector with a bit behind the last",
             DistortedVector(0, (), varint(self.index) + count + bytes([0xFF >> 8 - bits | 1 << bits]))),
            ("a vector that lacks a byte", DistortedVector(0, (), varint(self.index) + count)),
            ("a vector for more peers than a set may have",
             DistortedVector(0, (), varint(self.index) + (MAX_PEERS_PER_SET + 1).to_bytes(8, "big"))),
            ("a second greeting", Greeting(self.own)),
            # The last of them, so that no vector of the right length settles it before the first of the follies.
            ("a vector of another length than the set has", BitVector(self.index, (True,) * (bits + 1))),
        ]

    def false_starts(self) -> list[tuple[str, list[Gossip]]]:
        """What ends the link, as the first that is told."""
        ahead = AddressRecord.sign(NOWHERE, milliseconds() + SYNCHRONY_BOUND + HOUR, self.seed, self.namespace)
        return [
            ("a greeting of another peer", [Greeting(self.about_third())]),
            ("a greeting whose signature does not verify", [Greeting(forged(self.own))]),
            ("a greeting from too far ahead", [Greeting(ahead)]),
            ("a vector before the greeting", [self.vector(), Greeting(self.own)]),
            ("an answer before the greeting", [answer(), Greeting(self.own)]),
        ]

    def follies(self) -> list[tuple[str, Gossip]]:
        """What is passed over."""
        stranger = AddressRecord.sign(NOWHERE, milliseconds(), bytes(32), self.namespace)
        return [
            ("a vector of another length, for the second time", BitVector(self.index, ())),
            ("a forged record of a stranger", answer(forged(stranger))),
            ("our own record again, forged", answer(forged(self.own))),
            ("an earlier record of us, forged", answer(replace(self.own, time=self.own.time - 1))),
            ("an empty answer", answer()),
            ("an answer that nobody asked for", answer(self.own)),
            ("a vector of a set that nobody knows", BitVector(self.index + 77, (True, False))),
            ("the vector of who has no set", BitVector(NO_SET, ())),
        ]

    # What becomes of it.

    def greeted(self, first: list[Gossip]) -> Connection:
        connection = self.dial(self.node, self.place, Scripted(self.directory, self.node, first))
        self.awaits(connection, Greeting, "its greeting")
        return connection

    def awaits(self, connection: Connection, kind: type, what: str, until: Callable = lambda event: True):
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            event = connection.next_event(what)
            if isinstance(event, kind) and until(event):
                return event
        raise Fault(f"sent other things for {self.patience:g} s where {what} was due")

    def ends(self, connection: Connection) -> None:
        deadline = time.monotonic() + self.patience
        while not connection.closed:
            if time.monotonic() > deadline:
                raise Fault(f"kept the link for {self.patience:g} s where its end was due")
            connection.move(deadline)
        goodbye = connection.link.goodbye
        if self.version is not COMMONWARE and goodbye != Goodbye(PROTOCOL_ERROR):
            raise Fault(f"ended the link with {goodbye}, and not as for a fault of ours")

    def stays(self, connection: Connection) -> None:
        """An echo, and the answer to a vector: what came before has been looked at by whoever answers either."""
        connection.link.send(NORMAL, self.channel, b"still here")
        self.awaits(connection, Message, "an echo")
        connection.link.tell(self.vector(self.node))
        peers = self.awaits(connection, Peers, "its own record")
        if peers.records != (self.of_node(),):
            raise Fault(f"answered with {peers.records} where its own record was asked for")
        connection.sock.close()

    def attempt(self, what: str, becomes: str, check: Callable[[], None]) -> None:
        try:
            check()
        except Fault as fault:
            raise Fault(f"was told {what}, and then it {fault}") from None
        self.log(f"{becomes}: {what}")

    def lie(self, gossip: Gossip) -> None:
        connection = self.greeted([Greeting(self.own)])
        connection.link.tell(gossip)
        self.ends(connection)

    def err(self, gossip: Gossip) -> None:
        connection = self.greeted([Greeting(self.own)])
        connection.link.tell(gossip)
        self.stays(connection)

    def earlier_greeting(self) -> None:
        """Of a clock that was set back: it is believed who speaks, not what it says."""
        earlier = AddressRecord.sign(Ingress("127.0.0.1", 10), self.own.time - 1, self.seed, self.namespace)
        self.stays(self.greeted([Greeting(earlier)]))

    def message_before_greeting(self) -> None:
        connection = self.greeted([])
        connection.link.send(NORMAL, self.channel, b"too soon")
        self.ends(connection)

    def ping_before_greeting(self) -> None:
        connection = self.greeted([])
        connection.link.ping(1)
        connection.link.tell(Greeting(self.own))
        self.stays(connection)

    def run(self) -> None:
        self.err(self.vector())
        for what, gossip in self.lies():
            self.attempt(what, "ended", lambda: self.lie(gossip))
        for what, gossip in self.follies():
            self.attempt(what, "passed over", lambda: self.err(gossip))
        for what, first in self.false_starts():
            self.attempt(what, "ended", lambda: self.ends(self.greeted(first)))
        self.attempt("a greeting with an earlier record than the known one", "passed over", self.earlier_greeting)
        self.attempt("a message before the greeting", "ended", self.message_before_greeting)
        if self.version is not COMMONWARE:
            self.attempt("a ping before the greeting", "answered", self.ping_before_greeting)
        self.attempt("where a third peer is", "dialled", self.tell_the_truth)

    def tell_the_truth(self) -> None:
        """The node asks for the third peer, hears where it is, dials it, and tells others of it."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(self.patience)
        record = self.about_third(place=Ingress(*listener.getsockname()))
        connection = self.greeted([Greeting(self.own)])
        self.awaits(connection, BitVector, "a vector that lacks the third peer", lambda vector: not self.knows_third(vector))
        connection.link.tell(answer(record))
        connection.wait("the end of what is sent", lambda: not connection.fill())
        third = self.dialled(listener, record)
        third.link.send(NORMAL, self.channel, b"from the third")
        self.awaits(third, Message, "an echo to the third peer")
        connection.link.tell(self.vector(self.third))
        if self.awaits(connection, Peers, "the third peer's record").records != (record,):
            raise Fault("told another record of the third peer than it was given")
        self.awaits(connection, BitVector, "a vector that has the third peer", self.knows_third)
        for link in (third, connection):
            link.link.leave()
            link.finish()

    def knows_third(self, vector: BitVector) -> bool:
        return vector.bits[self.members.index(self.third)]

    def dialled(self, listener: socket.socket, record: AddressRecord) -> Connection:
        """The node's connection with the third peer, which greets with the record that the node was told."""
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            raise Fault("does not dial it") from None
        directory = Directory(self.third_seed, self.namespace, record.ingress, {self.index: self.members})
        directory.own = record
        conversation = Scripted(directory, self.node, [Greeting(record)])
        connection = self.accept(sock, self.third_seed, self.node, conversation)
        self.awaits(connection, Greeting, "its greeting to the third peer")
        return connection


def main() -> int:
    parser = meeting.parser("Lies to a node in discovery, then tells it the truth; see Docs/Wire.md.")
    parser.add_argument("--node", type=meeting.node, required=True, metavar="HEX@HOST:PORT")
    parser.add_argument("--third-seed", type=client.hexadecimal, required=True, metavar="HEX",
                        help="the seed of the third peer's key")
    options = parser.parse_args()
    try:
        Trial(options).run()
    except Fault as fault:
        print(f"the node {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
