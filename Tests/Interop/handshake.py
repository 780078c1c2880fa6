"""The handshake of both profiles, for both sides, without a socket: bytes go in, and come out of `outgoing`."""

import os
import time

import sodium
from blake3 import blake3
from wire import Fault, Reader, cut_frame, frame, varint

# The commonware profile has no version.
VERSION, COMMONWARE = 1, None
# The page names these two and gives no values: each node has its own.
MAX_AGE, SYNCHRONY_BOUND = 10_000, 5_000


class Transcript:
    def __init__(self, start, key=None):
        self.data, self.key = bytearray(start), key

    @classmethod
    def new(cls, namespace):
        return cls(b"\0").commit(namespace)

    def commit(self, x):
        self.data += x + varint(len(x))
        return self

    def summary(self):
        return blake3(bytes(self.data), self.key)

    def fork(self, label):
        return Transcript(b"\2", self.summary()).commit(label)

    def noise(self, label, length=32):
        noise = Transcript(b"\3", self.summary()).commit(label)
        return blake3(bytes(noise.data), noise.key, length)

    def sign(self, secret):
        return sodium.sign(b"\0" + self.summary(), secret)

    def verify(self, signature, public, what):
        if not sodium.verifies(signature, b"\0" + self.summary(), public):
            raise Fault(f"sent a {what} whose signature does not verify")


def version_bytes(version):
    return b"" if version is COMMONWARE else bytes([version])


def begin(namespace, version):
    transcript = Transcript.new(namespace + b"_STREAM")
    if version is COMMONWARE:
        return transcript.fork(b"_COMMONWARE_CRYPTOGRAPHY_HANDSHAKE")
    return transcript.fork(b"_CONCLAVE_HANDSHAKE").commit(version_bytes(version))


def milliseconds():
    return int(time.time() * 1000)


def check_time(encoded, now, what):
    sent = int.from_bytes(encoded, "big")
    if not now - MAX_AGE <= sent < now + SYNCHRONY_BOUND:
        raise Fault(f"sent a {what} with a time {sent - now} ms off our clock")


class Side:
    """`keys` are (to the other side, from the other side) once the handshake is done."""

    def __init__(self, seed, namespace, ephemeral=None, now=None):
        self.public, self.secret = sodium.signing_keys(seed)
        self.namespace = namespace
        self.ephemeral = ephemeral or os.urandom(32)
        self.ephemeral_public = sodium.agreement_key(self.ephemeral)
        self.now = now or milliseconds
        self.incoming, self.outgoing, self.keys = bytearray(), bytearray(), None

    def receive(self, data):
        self.incoming += data
        while self.keys is None and self.step():
            pass

    def agree(self, theirs):
        shared = sodium.agree(self.ephemeral, theirs)
        if shared is None:
            raise Fault("sent an ephemeral key with which nothing can be agreed")
        t = self.transcript.commit(shared)
        self.to_dialer, self.to_listener = t.noise(b"cipher_l2d"), t.noise(b"cipher_d2l")
        self.listener_confirmation = t.fork(b"confirmation_l2d").summary()
        self.dialer_confirmation = t.fork(b"confirmation_d2l").summary()


class Dialer(Side):
    def __init__(self, seed, namespace, listener, version=VERSION, **rest):
        super().__init__(seed, namespace, **rest)
        self.listener = listener
        self.transcript = begin(namespace, version)
        sent = self.now().to_bytes(8, "big")
        self.transcript.commit(sent).commit(listener).commit(self.ephemeral_public)
        syn = sent + self.ephemeral_public + self.transcript.sign(self.secret)
        self.outgoing += frame(version_bytes(version) + self.public) + frame(syn)

    def step(self):
        payload = cut_frame(self.incoming, 136, 136, "a SynAck")
        if payload is None:
            return False
        reader = Reader(payload)
        sent, ephemeral, signature, confirmation = map(reader.take, (8, 32, 64, 32))
        self.transcript.commit(self.public).commit(sent).commit(ephemeral)
        self.transcript.verify(signature, self.listener, "SynAck")
        check_time(sent, self.now(), "SynAck")
        self.agree(ephemeral)
        if confirmation != self.listener_confirmation:
            raise Fault("sent a SynAck with a wrong confirmation")
        self.outgoing += frame(self.dialer_confirmation)
        self.keys = self.to_listener, self.to_dialer
        return True


class Listener(Side):
    def __init__(self, seed, namespace, accepted, version=VERSION, **rest):
        super().__init__(seed, namespace, **rest)
        self.version, self.accepted, self.dialer, self.synchronised = version, accepted, None, False

    def step(self):
        if self.dialer is None:
            return self.key()
        return self.ack() if self.synchronised else self.syn()

    def key(self):
        version = version_bytes(self.version)
        length = len(version) + 32
        payload = cut_frame(self.incoming, length, length, "version and key" if version else "a key")
        if payload is None:
            return False
        if not payload.startswith(version):
            raise Fault(f"asked for version {payload[0]}")
        if payload[len(version):] not in self.accepted:
            raise Fault("named a key that is not accepted")
        self.dialer = payload[len(version):]
        return True

    def syn(self):
        payload = cut_frame(self.incoming, 104, 104, "a Syn")
        if payload is None:
            return False
        reader = Reader(payload)
        sent, ephemeral, signature = map(reader.take, (8, 32, 64))
        self.transcript = begin(self.namespace, self.version).commit(sent).commit(self.public).commit(ephemeral)
        check_time(sent, self.now(), "Syn")
        self.transcript.verify(signature, self.dialer, "Syn")
        answered = self.now().to_bytes(8, "big")
        self.transcript.commit(self.dialer).commit(answered).commit(self.ephemeral_public)
        signature = self.transcript.sign(self.secret)
        self.agree(ephemeral)
        self.outgoing += frame(answered + self.ephemeral_public + signature + self.listener_confirmation)
        self.synchronised = True
        return True

    def ack(self):
        payload = cut_frame(self.incoming, 32, 32, "an Ack")
        if payload is None:
            return False
        if payload != self.dialer_confirmation:
            raise Fault("sent an Ack with a wrong confirmation")
        self.keys = self.to_dialer, self.to_listener
        return True
