"""What discovery tells, in both profiles: address records, bit vectors, and answers of records. As bytes and back; what
may come when, and what becomes of it, is in `discovery.py`."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

import sodium
from wire import Fault, Reader, varint

# The page names these two and gives no values: each node has its own.
MAX_PEERS_PER_SET, PEER_GOSSIP_MAX_COUNT = 65_536, 32
LABEL = re.compile(rb"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Ingress:
    """Where a peer is dialled. The host is a numeric address or a name."""
    host: str
    port: int

    def encode(self) -> bytes:
        try:
            ip = ipaddress.ip_address(self.host)
        except ValueError:
            name = self.host.encode()
            return b"\1" + varint(len(name)) + name + self.port.to_bytes(2, "big")
        return bytes([0, 4 if ip.version == 4 else 6]) + ip.packed + self.port.to_bytes(2, "big")

    @staticmethod
    def decode(reader: Reader) -> Ingress:
        kind = reader.byte()
        if kind > 1:
            raise Fault(f"sent an ingress of the unknown kind {kind}")
        host = socket_host(reader) if kind == 0 else host_name(reader)
        return Ingress(host, reader.integer(2))


def socket_host(reader: Reader) -> str:
    version = reader.byte()
    if version == 4:
        return str(ipaddress.IPv4Address(reader.take(4)))
    if version == 6:
        return str(ipaddress.IPv6Address(reader.take(16)))
    raise Fault(f"sent a socket of the unknown kind {version}")


def host_name(reader: Reader) -> str:
    n = reader.varint()
    if not 1 <= n <= 253:
        raise Fault(f"sent a host name of {n} bytes")
    name = reader.take(n)
    if any(LABEL.fullmatch(label) is None for label in name.split(b".")):
        raise Fault(f"sent the host name {name}")
    return name.decode()


@dataclass(frozen=True)
class AddressRecord:
    """Where a peer says that it is dialled, since when (ms since 1970), in its own hand."""
    ingress: Ingress
    time: int
    key: bytes
    signature: bytes = field(repr=False)

    @staticmethod
    def sign(ingress: Ingress, time: int, seed: bytes, namespace: bytes) -> AddressRecord:
        key, secret = sodium.signing_keys(seed)
        return AddressRecord(ingress, time, key, sodium.sign(signed_bytes(ingress, time, namespace), secret))

    def verifies(self, namespace: bytes) -> bool:
        return sodium.verifies(self.signature, signed_bytes(self.ingress, self.time, namespace), self.key)

    def encode(self) -> bytes:
        return self.ingress.encode() + varint(self.time) + self.key + self.signature

    @staticmethod
    def decode(reader: Reader) -> AddressRecord:
        return AddressRecord(Ingress.decode(reader), reader.varint(64), reader.take(32), reader.take(64))


def signed_bytes(ingress: Ingress, time: int, namespace: bytes) -> bytes:
    name = namespace + b"_TRACKER" + b"_IP"
    return varint(len(name)) + name + ingress.encode() + time.to_bytes(8, "big")


@dataclass(frozen=True)
class Greeting:
    record: AddressRecord

    def body(self) -> bytes:
        return self.record.encode()

    @staticmethod
    def decode(reader: Reader) -> Greeting:
        return Greeting(AddressRecord.decode(reader))


@dataclass(frozen=True)
class BitVector:
    index: int
    bits: tuple[bool, ...]

    def body(self) -> bytes:
        packed = bytearray((len(self.bits) + 7) // 8)
        for i, bit in enumerate(self.bits):
            packed[i // 8] |= bit << i % 8
        return varint(self.index) + len(self.bits).to_bytes(8, "big") + packed

    @staticmethod
    def decode(reader: Reader) -> BitVector:
        index, count = reader.varint(64), reader.integer(8)
        if count > MAX_PEERS_PER_SET:
            raise Fault(f"sent a vector of {count} bits")
        packed = reader.take((count + 7) // 8)
        if count % 8 and packed[-1] >> count % 8:
            raise Fault(f"sent a vector of {count} bits with a bit behind the last")
        return BitVector(index, tuple(bool(packed[i // 8] >> i % 8 & 1) for i in range(count)))


@dataclass(frozen=True)
class Peers:
    records: tuple[AddressRecord, ...]

    def body(self) -> bytes:
        return varint(len(self.records)) + b"".join(record.encode() for record in self.records)

    @staticmethod
    def decode(reader: Reader) -> Peers:
        count = reader.varint()
        if count > PEER_GOSSIP_MAX_COUNT:
            raise Fault(f"sent {count} records in one answer")
        return Peers(tuple(AddressRecord.decode(reader) for _ in range(count)))


Gossip = Greeting | BitVector | Peers
# In the order of their first bytes, which begin at 1 in the commonware profile and at 2 in the native one.
KINDS: tuple[type[Gossip], ...] = (Greeting, BitVector, Peers)


def encode(gossip: Gossip, first: int) -> bytes:
    place = next(i for i, kind in enumerate(KINDS) if isinstance(gossip, kind))
    return bytes([first + place]) + gossip.body()


def is_gossip(byte: int, first: int) -> bool:
    return first <= byte < first + len(KINDS)


def decode(byte: int, first: int, reader: Reader) -> Gossip:
    """What stands behind its first byte."""
    return KINDS[byte - first].decode(reader)
