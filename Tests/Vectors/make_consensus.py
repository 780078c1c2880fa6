#!/usr/bin/env python3
"""Writes consensus.json beside itself: what Docs/Consensus.md says of digests, signed bytes, encodings and leaders, in
code that shares nothing with the Swift sources.

    python3 make_consensus.py            writes the file
    python3 make_consensus.py --check    compares it with what is there

Needs the packages of PyPI `cryptography` and `blake3`."""
import json
import pathlib
import struct
import sys

from blake3 import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NOTARIZE, NULLIFY, FINALIZE = 1, 2, 3


def digest(data):
    return blake3(data).digest()


def u16(value):
    return struct.pack(">H", value)


def u32(value):
    return struct.pack(">I", value)


def u64(value):
    return struct.pack(">Q", value)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def public(key):
    return key.public_key().public_bytes_raw()


CHAIN = digest(b"genesis file")
EPOCH = 3
KEYS = sorted((Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in range(1, 8)), key=public)
WEIGHTS = [1, 5, 2, 9, 1, 3, 7]


def encoded_set(keys, weights):
    return u32(len(keys)) + b"".join(public(k) + u64(w) for k, w in zip(keys, weights))


def set_digest(epoch, keys, weights):
    return digest(b"simplex.set.v1" + CHAIN + u64(epoch) + encoded_set(keys, weights))


SET = set_digest(EPOCH, KEYS, WEIGHTS)
NEXT_SET = set_digest(EPOCH + 1, KEYS[1:], WEIGHTS[1:])


def header(height, epoch, parent, body, state, this_set, next_set, time):
    return CHAIN + u64(height) + u64(epoch) + parent + digest(body) + state + this_set + next_set + u64(time)


def subject(kind, epoch, view, parent_view=0, payload=bytes(32)):
    start = bytes([kind]) + u64(epoch) + u64(view)
    return start if kind == NULLIFY else start + u64(parent_view) + payload


def signed(said, this_set=SET):
    return bytes([15]) + b"simplex.vote.v1" + CHAIN + this_set + said


def vote(signer, said):
    return said + u16(signer) + KEYS[signer].sign(signed(said))


def certificate(said, signers):
    bitmap = bytearray((len(KEYS) + 7) // 8)
    for signer in signers:
        bitmap[signer // 8] |= 1 << signer % 8
    return said + u16(len(KEYS)) + bytes(bitmap) + b"".join(KEYS[s].sign(signed(said)) for s in signers)


def weighted_leader(seed, epoch, view, weights):
    total, counter = sum(weights), 0
    even = (2**64 - 1) - (2**64 - 1) % total
    while True:
        word = struct.unpack(">Q", digest(b"simplex.lead.v1" + seed + u64(epoch) + u64(view) + u64(counter))[:8])[0]
        if word < even:
            break
        counter += 1
    drawn = word % total
    for index, weight in enumerate(weights):
        if drawn < weight:
            return index
        drawn -= weight


def main():
    path = pathlib.Path(__file__).with_name("consensus.json")
    parent, state = digest(b"parent"), digest(b"state")
    plain = header(31, EPOCH, parent, b"body", state, SET, bytes(32), 1_800_000_000_000)
    last = header(40, EPOCH, parent, b"", state, SET, NEXT_SET, 2**64 - 1)
    payload = digest(plain)
    subjects = [(NOTARIZE, 7, 5), (NULLIFY, 7, 0), (FINALIZE, 7, 5), (NOTARIZE, 2**64 - 1, 0)]
    said = [subject(kind, EPOCH, view, below, payload) for kind, view, below in subjects]
    signers = [0, 1, 3, 6]
    seed = digest(digest(b"origin"))
    vectors = dict(
        about="Docs/Consensus.md. Made by make_consensus.py. Hexadecimal; numbers of 64 bits as text.",
        chain=CHAIN.hex(), epoch=EPOCH, seeds=[k.private_bytes_raw().hex() for k in KEYS],
        keys=[public(k).hex() for k in KEYS], weights=WEIGHTS, set=encoded_set(KEYS, WEIGHTS).hex(),
        set_digest=SET.hex(), next_set_digest=NEXT_SET.hex(),
        headers=[dict(header=h.hex(), digest=digest(h).hex()) for h in (plain, last)],
        block=(plain + varint(4) + b"body").hex(),
        votes=[dict(kind=kind, view=str(view), parent_view=str(below), payload=payload.hex(), signer=index % 7,
                    signed=signed(text).hex(), vote=vote(index % 7, text).hex())
               for index, ((kind, view, below), text) in enumerate(zip(subjects, said))],
        certificates=[dict(signers=signers, certificate=certificate(text, signers).hex()) for text in said],
        origin=digest(b"origin").hex(), seed=seed.hex(),
        round_robin=[(EPOCH + view) % len(KEYS) for view in range(1, 20)],
        weighted=[weighted_leader(seed, EPOCH, view, WEIGHTS) for view in range(1, 41)],
        heavy=[weighted_leader(seed, EPOCH, view, [2**60, 2**59, 2**59 + 1]) for view in range(1, 41)])
    text = json.dumps(vectors, indent=1) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if path.read_text() == text else "consensus.json is not what make_consensus.py makes")
    path.write_text(text)


main()
