#!/usr/bin/env python3
"""Writes wire-native.json beside itself: what Docs/Wire.md says of the native profile, in code that shares nothing
with the Swift sources.

    python3 make_native.py            writes the file
    python3 make_native.py --check    compares it with what is there; either needs the packages of PyPI
                                      `cryptography` and `blake3`

The items need nothing but Python, those of discovery also Ed25519 of the first package. The handshake and its records are
calculated with the two packages, which know nothing of Conclave; so are the sealed records."""
import ipaddress
import json
import pathlib
import struct
import sys

from blake3 import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def prefixed(data):
    return varint(len(data)) + data


# Items

RAW, LZ4 = 0, 1
WHOLE, FIRST, NEXT = 0, 1, 2
CRITICAL, HIGH, NORMAL, LOW, BULK = range(1, 6)


def tag(priority, coding, part):
    return bytes([0x80 | priority << 4 | coding << 2 | part])


def whole(priority, channel, data, coding=RAW):
    return tag(priority, coding, WHOLE) + varint(channel) + prefixed(data)


def first(priority, channel, total, data, coding=RAW):
    return tag(priority, coding, FIRST) + varint(channel) + varint(total) + prefixed(data)


def following(priority, data):
    return tag(priority, RAW, NEXT) + prefixed(data)


def hello(lowest, highest, features, record_limit, agent, channels):
    out = bytes([1, lowest, highest]) + struct.pack(">Q", features) + varint(record_limit)
    out += prefixed(agent.encode()) + varint(len(channels))
    for number, largest, flags in channels:
        out += varint(number) + varint(largest) + bytes([flags])
    return out


def hello_vector(**fields):
    channels = fields.pop("channels")
    item = hello(channels=channels, **fields)
    listed = [dict(number=str(number), largest=largest, flags=flags) for number, largest, flags in channels]
    return dict(fields, features=str(fields["features"]), channels=listed, item=item.hex())


CHANNELS = [(0, 65536, 0), (3, 1048576, 1), (2**64 - 1, 2**32 - 1, 1)]
BLOCK = bytes([0x1F]) + b"a" + struct.pack("<H", 1) + bytes([75]) + bytes([0x50]) + b"aaaaa"
ORIGINAL = b"a" * (1 + 15 + 75 + 4 + 5)
COMPRESSED = varint(len(ORIGINAL)) + BLOCK

ITEMS = dict(
    hellos=[
        hello_vector(lowest=1, highest=1, features=0, record_limit=65408, agent="conclave/1.0", channels=CHANNELS[:1]),
        hello_vector(lowest=1, highest=3, features=2**63 + 5, record_limit=4096, agent="", channels=CHANNELS),
        hello_vector(lowest=2, highest=255, features=0, record_limit=16384, agent="~" * 64, channels=[]),
    ],
    pings=[dict(number=str(n), ping=(b"\x05" + struct.pack(">Q", n)).hex(), pong=(b"\x06" + struct.pack(">Q", n)).hex())
           for n in (0, 1, 2**64 - 1)],
    goodbyes=[dict(name=name, item=bytes([7, reason]).hex()) for reason, name in
              enumerate(["shutdown", "replaced", "protocol_error", "overloaded", "not_wanted"])],
    paddings=[dict(count=n, item=(b"\x00" + prefixed(bytes(n))).hex()) for n in (0, 1, 200)],
    messages=[dict(priority=p, channel=str(c), bytes=data.hex(), item=whole(p, c, data).hex()) for p, c, data in [
        (CRITICAL, 0, b""), (HIGH, 127, b"vote"), (NORMAL, 128, bytes(range(200))), (LOW, 2**64 - 1, b"\x00"),
        (BULK, 300, b"x" * 128)]],
    compressed=dict(channel="3", original=ORIGINAL.hex(), payload=COMPRESSED.hex(),
                    item=whole(NORMAL, 3, COMPRESSED, LZ4).hex()),
    pieces=[dict(priority=BULK, channel="300", bytes=bytes(range(100)).hex(),
                 items=[first(BULK, 300, 100, bytes(range(60))).hex(), following(BULK, bytes(range(60, 99))).hex(),
                        following(BULK, bytes([99])).hex()]),
            dict(priority=LOW, channel="3", bytes=ORIGINAL.hex(),
                 items=[first(LOW, 3, len(COMPRESSED), COMPRESSED[:1], LZ4).hex(), following(LOW, COMPRESSED[1:]).hex()])],
)


# Discovery

NAMESPACE = b"CONCLAVE_VECTORS"


def ingress(text):
    host, _, port = text.rpartition(":")
    port = struct.pack(">H", int(port))
    try:
        ip = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return b"\x01" + prefixed(host.encode()) + port
    return bytes([0, ip.version]) + ip.packed + port


def record(seed, place, time):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature = key.sign(prefixed(NAMESPACE + b"_TRACKER_IP") + ingress(place) + struct.pack(">Q", time))
    return ingress(place) + varint(time) + key.public_key().public_bytes_raw() + signature


def bit_vector(index, bits):
    packed = bytearray((len(bits) + 7) // 8)
    for i, bit in enumerate(bits):
        packed[i // 8] |= int(bit) << i % 8
    return varint(index) + struct.pack(">Q", len(bits)) + packed


RECORDS = [(bytes([0xD1]) * 32, "127.0.0.1:4600", 1800000000000), (bytes([0x15]) * 32, "[2001:db8::1]:65535", 127),
           (bytes([0x2A]) * 32, "node-1.example:3000", 2**64 - 1)]
VECTORS = [(0, "110"), (300, "101100111"), (7, "1" * 8), (2**64 - 1, "")]


def discovery():
    return dict(
        namespace=NAMESPACE.decode(),
        greetings=[dict(seed=seed.hex(), ingress=place, time_ms=str(time), item=(b"\x02" + record(seed, place, time)).hex())
                   for seed, place, time in RECORDS],
        bit_vectors=[dict(index=str(index), bits=bits, item=(b"\x03" + bit_vector(index, bits)).hex())
                     for index, bits in VECTORS],
        # Of the first so many of these records.
        peers=[dict(count=n, item=(b"\x04" + varint(n) + b"".join(record(*each) for each in RECORDS[:n])).hex())
               for n in (0, 1, 3)])


# Handshake

class Transcript:
    def __init__(self, hasher):
        self.hasher = hasher

    @classmethod
    def new(cls, namespace):
        return cls(blake3(b"\x00")).commit(namespace)

    def commit(self, data):
        self.hasher.update(data)
        self.hasher.update(varint(len(data)))
        return self

    def branch(self, kind, label):
        return Transcript(blake3(bytes([kind]), key=self.hasher.digest())).commit(label)

    def fork(self, label):
        return self.branch(2, label)

    def noise(self, label):
        return self.branch(3, label).hasher.digest(length=32)

    def summary(self):
        return self.hasher.digest()


def raw(key):
    return key.public_bytes_raw()


def handshake(version):
    namespace = NAMESPACE
    seeds = bytes([0xD1]) * 32, bytes([0x15]) * 32
    secrets = bytes([0x33]) * 32, bytes([0x44]) * 32
    times = 1800000000000, 1800000000002
    dialer, listener = map(Ed25519PrivateKey.from_private_bytes, seeds)
    dialer_ephemeral, listener_ephemeral = map(X25519PrivateKey.from_private_bytes, secrets)
    stamp = lambda time: struct.pack(">Q", time)
    frame = prefixed

    t = Transcript.new(namespace + b"_STREAM").fork(b"_CONCLAVE_HANDSHAKE").commit(bytes([version]))
    t.commit(stamp(times[0])).commit(raw(listener.public_key())).commit(raw(dialer_ephemeral.public_key()))
    syn = stamp(times[0]) + raw(dialer_ephemeral.public_key()) + dialer.sign(b"\x00" + t.summary())
    t.commit(raw(dialer.public_key())).commit(stamp(times[1])).commit(raw(listener_ephemeral.public_key()))
    answer = stamp(times[1]) + raw(listener_ephemeral.public_key()) + listener.sign(b"\x00" + t.summary())
    t.commit(dialer_ephemeral.exchange(X25519PublicKey.from_public_bytes(raw(listener_ephemeral.public_key()))))
    confirmations = [t.fork(b"confirmation_" + way).summary() for way in (b"l2d", b"d2l")]
    keys = [t.noise(b"cipher_" + way) for way in (b"d2l", b"l2d")]

    greeting = hello(version, version, 0, 65408, "conclave/1.0", CHANNELS)
    plaintexts = [greeting + b"\x05" + struct.pack(">Q", 7) + whole(CRITICAL, 0, b"vote") + whole(BULK, 3, b"block"),
                  bytes([7, 0])]
    records = [dict(plaintext=plain.hex(),
                    wire=frame(ChaCha20Poly1305(keys[0]).encrypt(struct.pack("<QI", n, 0), plain, None)).hex())
               for n, plain in enumerate(plaintexts)]
    return dict(
        version=version, namespace=namespace.decode(), dialer_seed=seeds[0].hex(), listener_seed=seeds[1].hex(),
        dialer_ephemeral_secret=secrets[0].hex(), listener_ephemeral_secret=secrets[1].hex(),
        dialer_time_ms=times[0], listener_time_ms=times[1],
        hello=frame(bytes([version]) + raw(dialer.public_key())).hex(), syn=frame(syn).hex(),
        syn_ack=frame(answer + confirmations[0]).hex(), ack=frame(confirmations[1]).hex(), dialer_records=records)


def main():
    path = pathlib.Path(__file__).with_name("wire-native.json")
    vectors = dict(about="The native profile, version 1, as Docs/Wire.md has it. Made by make_native.py. Hex; 64-bit "
                         "numbers as text.", items=ITEMS, discovery=discovery(), handshakes=[handshake(1), handshake(2)])
    text = json.dumps(vectors, indent=1) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if path.read_text() == text else "wire-native.json is not what make_native.py makes")
    path.write_text(text)


main()
