#!/usr/bin/env python3
"""An honest peer in discovery that shares nothing with the nodes but their description in Docs/Wire.md.

Dials the nodes whose addresses it is told, believes what they tell of others once it has verified it, dials those too, and
passes on what they lack. Ends when it is connected to everyone in the set and each of them says that it needs no more news.
"""

from __future__ import annotations

import select
import sys
import time

# No compiled files beside the sources.
sys.dont_write_bytecode = True

import client
import meeting
from connection import Connection
from discovery import Conversation
from items import Goodbye
from records import BitVector, Gossip, Greeting, Ingress, Peers
from wire import Fault


class Reserved(Conversation):
    """Listens, and tells of nobody."""

    def hear(self, gossip: Gossip) -> Gossip | None:
        super().hear(gossip)
        return None


class Mesh(meeting.Meeting):
    def __init__(self, options, others: list[bytes], log=print) -> None:
        super().__init__(options, others)
        self.others, self.told, self.period, self.log = others, options.tell or others, options.gossip, log
        self.links: dict[bytes, Connection] = {}
        self.vectors: dict[bytes, BitVector] = {}

    def is_complete(self) -> bool:
        return all(key in self.vectors and all(self.vectors[key].bits) for key in self.others)

    def meet(self, peer: bytes, place: Ingress) -> None:
        conversation = Conversation if peer in self.told else Reserved
        self.links[peer] = self.dial(peer, place, conversation(self.directory, peer))

    def run(self, nodes: list[tuple[bytes, Ingress]]) -> None:
        for peer, place in nodes:
            self.meet(peer, place)
        deadline, round_due = time.monotonic() + self.patience, time.monotonic() + self.period
        while not self.is_complete():
            if time.monotonic() > deadline:
                raise Fault(f"say after {self.patience:g} s: " + ", ".join(map(self.state, self.others)))
            if time.monotonic() > round_due:
                self.gossip()
                round_due += self.period
            self.move()
        for connection in self.links.values():
            connection.link.leave()
            connection.finish()

    def state(self, peer: bytes) -> str:
        vector = self.vectors.get(peer)
        said = "nothing" if vector is None else "".join("01"[bit] for bit in vector.bits)
        return f"{peer.hex()[:8]} {said}"

    def gossip(self) -> None:
        for peer in self.directory.connected:
            self.links[peer].link.tell(self.directory.vector())

    def move(self) -> None:
        links = {connection.sock: (peer, connection) for peer, connection in self.links.items()}
        writes = [sock for sock, (_, connection) in links.items() if connection.fill()]
        readable, writable, _ = select.select(list(links), writes, [], 0.1)
        for sock, (peer, connection) in links.items():
            connection.transfer(sock in readable, sock in writable)
            while connection.link is not None and connection.link.events:
                self.hear(connection.link.events.popleft(), peer)
            if connection.closed:
                raise Fault(f"{peer.hex()[:8]} closed the connection")

    def hear(self, event: object, peer: bytes) -> None:
        name = peer.hex()[:8]
        if isinstance(event, Goodbye):
            raise Fault(f"{name} said goodbye for the reason {event.reason}")
        if isinstance(event, Greeting):
            self.directory.connected.add(peer)
            self.log(f"{name} greets from {event.record.ingress.host}:{event.record.ingress.port}")
        elif isinstance(event, BitVector):
            self.vectors[peer] = event
            self.log(f"{name} says of the set {event.index}: " + "".join("01"[bit] for bit in event.bits))
        elif isinstance(event, Peers):
            for record in event.records:
                place = record.ingress
                self.log(f"{name} tells that {record.key.hex()[:8]} is at {place.host}:{place.port}")
                if record.key not in self.links:
                    self.meet(record.key, place)


def main() -> int:
    parser = meeting.parser("An honest peer in discovery; see Docs/Wire.md.")
    parser.add_argument("--node", type=meeting.node, action="append", required=True, metavar="HEX@HOST:PORT",
                        help="whom to dial; may stand several times")
    parser.add_argument("--peer", type=client.hexadecimal, action="append", default=[], metavar="HEX",
                        help="another one of the set; may stand several times")
    parser.add_argument("--tell", type=client.hexadecimal, action="append", metavar="HEX",
                        help="whom to tell of others; everyone if left out")
    parser.add_argument("--gossip", type=float, default=5, metavar="SECONDS", help="from one bit vector to the next")
    options = parser.parse_args()
    others = [peer for peer, _ in options.node] + options.peer
    try:
        Mesh(options, others).run(options.node)
    except Fault as fault:
        print(f"the others {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
