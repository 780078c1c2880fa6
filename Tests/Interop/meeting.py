"""What the programs of discovery share: their options, and a link with a conversation about peers."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Callable

import client
import sodium
from commonware import CommonwareLink
from connection import Connection
from discovery import Conversation, Directory
from handshake import COMMONWARE, VERSION, Dialer, Listener
from items import Hello
from link import Link
from records import Ingress
from wire import Fault

AnyLink = Link | CommonwareLink
MAX_MESSAGE = 1 << 16


def node(text: str) -> tuple[bytes, Ingress]:
    key, _, place = text.partition("@")
    return client.hexadecimal(key), ingress(place)


def ingress(text: str) -> Ingress:
    return Ingress(*client.address(text))


def parser(description: str) -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--wire", choices=("native", "commonware"), default="native")
    options.add_argument("--namespace", required=True, metavar="NAME")
    options.add_argument("--seed", type=client.hexadecimal, required=True, metavar="HEX", help="the seed of our own key")
    options.add_argument("--advertise", type=ingress, default=Ingress("127.0.0.1", 9), metavar="HOST:PORT",
                         help="where our own record says that we are dialled")
    options.add_argument("--set-index", type=int, default=1, metavar="N", help="the index of the peer set")
    options.add_argument("--channel", type=int, default=0, metavar="N")
    options.add_argument("--patience", type=float, default=20, metavar="SECONDS", help="how long a node may be silent")
    return options


class Meeting:
    """A key, a peer set, and how links with it are made."""

    def __init__(self, options: argparse.Namespace, others: list[bytes]) -> None:
        self.namespace, self.seed = options.namespace.encode(), options.seed
        self.version = VERSION if options.wire == "native" else COMMONWARE
        self.channel, self.patience = options.channel, options.patience
        own = sodium.signing_keys(self.seed)[0]
        self.directory = Directory(self.seed, self.namespace, options.advertise, {options.set_index: [own, *others]})

    def begin(self, conversation: Conversation) -> Callable[[tuple[bytes, bytes]], AnyLink]:
        if self.version is COMMONWARE:
            return lambda keys: CommonwareLink(keys, {self.channel: MAX_MESSAGE}, conversation)
        hello = Hello({self.channel: (MAX_MESSAGE, 0)}, agent=b"interop-client/1")
        return lambda keys: Link(keys, hello, conversation=conversation)

    def dial(self, peer: bytes, place: Ingress, conversation: Conversation) -> Connection:
        try:
            sock = socket.create_connection((place.host, place.port), self.patience)
        except OSError as error:
            raise Fault(f"cannot be reached at {place.host}:{place.port}: {error}") from None
        side = Dialer(self.seed, self.namespace, peer, version=self.version)
        return Connection(sock, side, self.begin(conversation), self.patience)

    def accept(self, sock: socket.socket, seed: bytes, peer: bytes, conversation: Conversation) -> Connection:
        """As whoever has that seed."""
        side = Listener(seed, self.namespace, [peer], version=self.version)
        return Connection(sock, side, self.begin(conversation), self.patience)
