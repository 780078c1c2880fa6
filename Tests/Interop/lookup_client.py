#!/usr/bin/env python3
"""A second implementation of the commonware profile in lookup mode, written from Docs/Wire.md alone.

Dials a node that echoes, proves both sides' keys, and checks that every message comes back:

    conclave peer --key A --listen 127.0.0.1:5001 --namespace X --peer <our key>@127.0.0.1:9 --echo
    pip install blake3 cryptography
    Tests/Interop/lookup_client.py --seed <64 hex> --peer <A's key> --port 5001 --namespace X

Exits 0 when all came back, 1 when not, and prints one line that says what happened.
"""
import argparse, socket, struct, sys, time

from blake3 import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


class Transcript:
    def __init__(self, hasher):
        self.hasher = hasher

    @staticmethod
    def new(namespace):
        transcript = Transcript(blake3())
        transcript.hasher.update(b"\0")
        return transcript.commit(namespace)

    def commit(self, data):
        self.hasher.update(data)
        self.hasher.update(varint(len(data)))
        return self

    def summary(self):
        return self.hasher.digest()

    def branch(self, kind, label):
        transcript = Transcript(blake3(key=self.summary()))
        transcript.hasher.update(bytes([kind]))
        return transcript.commit(label)

    def fork(self, label):
        return self.branch(2, label)

    def noise(self, label):
        return self.branch(3, label).hasher.digest(32)


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")

    def send(self, *frames):
        self.socket.sendall(b"".join(varint(len(frame)) + frame for frame in frames))

    def receive(self):
        length = shift = 0
        while True:
            byte = self.file.read(1)
            if not byte:
                raise EOFError("the node closed the connection")
            length |= (byte[0] & 0x7F) << shift
            shift += 7
            if byte[0] < 0x80:
                break
        frame = self.file.read(length)
        if len(frame) < length:
            raise EOFError("the node closed the connection within a frame")
        return frame


class Session:
    """Records in both directions, after a handshake as the dialer."""

    def __init__(self, connection, seed, peer, namespace):
        self.connection = connection
        self.counters = [0, 0]
        own = Ed25519PrivateKey.from_private_bytes(seed)
        own_key = own.public_key().public_bytes_raw()
        secret = X25519PrivateKey.generate()
        ephemeral = secret.public_key().public_bytes_raw()
        now = struct.pack(">Q", int(time.time() * 1000))
        t = Transcript.new(namespace + b"_STREAM").fork(b"_COMMONWARE_CRYPTOGRAPHY_HANDSHAKE")
        t.commit(now).commit(peer).commit(ephemeral)
        connection.send(own_key, now + ephemeral + own.sign(b"\0" + t.summary()))
        answer = connection.receive()
        assert len(answer) == 136, f"a SynAck of {len(answer)} bytes"
        their_time, theirs, signature, confirmation = answer[:8], answer[8:40], answer[40:104], answer[104:]
        t.commit(own_key).commit(their_time).commit(theirs)
        Ed25519PublicKey.from_public_bytes(peer).verify(signature, b"\0" + t.summary())
        t.commit(secret.exchange(X25519PublicKey.from_public_bytes(theirs)))
        assert confirmation == t.fork(b"confirmation_l2d").summary(), "a wrong confirmation"
        self.sealing = ChaCha20Poly1305(t.noise(b"cipher_d2l"))
        self.opening = ChaCha20Poly1305(t.noise(b"cipher_l2d"))
        connection.send(t.fork(b"confirmation_d2l").summary())

    def nonce(self, direction):
        self.counters[direction] += 1
        return (self.counters[direction] - 1).to_bytes(12, "little")

    def send(self, channel, message):
        plaintext = b"\0" + varint(channel) + varint(len(message)) + message
        self.connection.send(self.sealing.encrypt(self.nonce(0), plaintext, None))

    def ping(self):
        self.connection.send(self.sealing.encrypt(self.nonce(0), b"\1", None))

    def receive(self):
        """The next message of the application."""
        while True:
            plaintext = self.opening.decrypt(self.nonce(1), self.connection.receive(), None)
            if plaintext != b"\1":
                return plaintext


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", required=True, type=bytes.fromhex)
    parser.add_argument("--peer", required=True, type=bytes.fromhex)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--channel", type=int, default=0)
    options = parser.parse_args()
    session = Session(Connection(options.port), options.seed, options.peer, options.namespace.encode())
    session.ping()
    sizes = [0, 1, 63, 64, 127, 128, 1000, 4096, 4097, 65536, 1 << 20]
    for size in sizes:
        message = bytes(index * 7 & 0xFF for index in range(size))
        session.send(options.channel, message)
        expected = b"\0" + varint(options.channel) + varint(size) + message
        if session.receive() != expected:
            print(f"a message of {size} bytes came back changed")
            return 1
    print(f"{len(sizes)} messages came back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
