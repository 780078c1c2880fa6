"""The rules of discovery, without a socket and for both profiles: whom we know, what we tell of it, and what becomes of what
others tell."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import sodium
from handshake import SYNCHRONY_BOUND, milliseconds
from records import PEER_GOSSIP_MAX_COUNT, AddressRecord, BitVector, Gossip, Greeting, Ingress, Peers
from wire import Fault

DIAL_FAIL_LIMIT = 1
# The index of the vector of who has no set to speak of.
NO_SET = (1 << 64) - 1


class Directory:
    """What a node knows of the peers of its sets, over all its links."""

    def __init__(self, seed: bytes, namespace: bytes, ingress: Ingress, sets: dict[int, list[bytes]],
                 now: Callable[[], int] = milliseconds) -> None:
        self.key = sodium.signing_keys(seed)[0]
        self.namespace, self.now = namespace, now
        self.sets = {index: sorted(keys) for index, keys in sets.items()}
        self.own = AddressRecord.sign(ingress, now(), seed, namespace)
        self.records: dict[bytes, AddressRecord] = {}
        self.connected: set[bytes] = set()
        self.failed_dials: Counter[bytes] = Counter()

    def is_tracked(self, key: bytes) -> bool:
        return any(key in keys for keys in self.sets.values())

    def has(self, key: bytes) -> bool:
        """Whether no news of that peer is needed."""
        known = key in self.records and self.failed_dials[key] < DIAL_FAIL_LIMIT
        return key == self.key or key in self.connected or known

    def vector(self) -> BitVector:
        if not self.sets:
            return BitVector(NO_SET, ())
        index = random.choice(list(self.sets))
        return BitVector(index, tuple(self.has(key) for key in self.sets[index]))

    def answer(self, vector: BitVector) -> Peers | None:
        """The records that the sender of a vector lacks and that we can give."""
        keys = self.sets.get(vector.index)
        if keys is None:
            return None
        if len(vector.bits) != len(keys):
            raise Fault(f"sent a vector of {len(vector.bits)} bits for a set of {len(keys)}")
        missing = [self.record(key) for key, bit in zip(keys, vector.bits) if not bit]
        records = [record for record in missing if record is not None]
        random.shuffle(records)
        return Peers(tuple(records[:PEER_GOSSIP_MAX_COUNT])) if records else None

    def record(self, key: bytes) -> AddressRecord | None:
        """The record of that peer, if it is one to give away."""
        if key == self.key:
            return self.own
        record = self.records.get(key)
        return record if key in self.connected and record is not None and record.time <= self.now() else None

    def learn(self, record: AddressRecord) -> None:
        if record.key == self.key:
            raise Fault("sent a record of ours")
        known = self.records.get(record.key)
        if not self.is_tracked(record.key) or known is not None and record.time <= known.time:
            return
        self.check(record)
        self.records[record.key] = record
        self.failed_dials[record.key] = 0

    def check(self, record: AddressRecord) -> None:
        ahead = record.time - self.now()
        if ahead > SYNCHRONY_BOUND:
            raise Fault(f"sent a record from {ahead} ms ahead")
        if not record.verifies(self.namespace):
            raise Fault(f"sent a record of {record.key.hex()} whose signature does not verify")


class Conversation:
    """What is said of peers on one link."""

    def __init__(self, directory: Directory, peer: bytes) -> None:
        self.directory, self.peer, self.has_greeted = directory, peer, False

    def begin(self) -> list[Gossip]:
        """What leaves first."""
        return [Greeting(self.directory.own), self.directory.vector()]

    def require_greeting(self, what: object) -> None:
        if not self.has_greeted:
            raise Fault(f"sent {what} before its greeting")

    def hear(self, gossip: Gossip) -> Gossip | None:
        """What is to be answered."""
        if isinstance(gossip, Greeting):
            self.greet(gossip.record)
            return None
        self.require_greeting(type(gossip).__name__)
        if isinstance(gossip, BitVector):
            return self.directory.answer(gossip)
        for record in gossip.records:
            self.directory.learn(record)
        return None

    def greet(self, record: AddressRecord) -> None:
        if self.has_greeted:
            raise Fault("sent a second greeting")
        if record.key != self.peer:
            raise Fault(f"sent a greeting of {record.key.hex()}")
        self.directory.check(record)
        self.has_greeted = True
        self.directory.learn(record)
