"""Compares with recorded bytes: what the client writes, and what it reads in them."""

import json

import handshake
import records
from client import address
from commonware import GOSSIP
from items import FIRST, LZ4, NEXT, WHOLE, Discovery, Goodbye, Hello, Padding, Piece, Ping, Pong, decode
from link import Cipher, Link
from records import AddressRecord, BitVector, Greeting, Ingress, Peers
from wire import Reader, frame


class Mismatch(Exception):
    pass


def same(name, ours, recorded):
    if ours != recorded:
        raise Mismatch(f"{name}: {ours.hex() if isinstance(ours, bytes) else ours} and not "
                       f"{recorded.hex() if isinstance(recorded, bytes) else recorded}")


def both_ways(name, item, recorded):
    recorded = bytes.fromhex(recorded)
    same(name, item.encode(), recorded)
    reader = Reader(recorded)
    same(name, decode(reader), item)
    same(name, reader.left, 0)


def hello(case):
    channels = {int(c["number"]): (c["largest"], c["flags"]) for c in case["channels"]}
    return Hello(channels, case["lowest"], case["highest"], int(case["features"]), case["record_limit"], case["agent"].encode())


def received(items, channel):
    """What a link that takes everything on this channel makes of the items."""
    link = Link((bytes(32), bytes(32)), Hello({channel: (1 << 20, 1)}))
    link.take(Hello({channel: (1 << 20, 1)}))
    for item in items:
        link.record(bytes.fromhex(item))
    link.events.popleft()
    return list(link.events)


def pieces(name, case):
    channel, original = int(case["channel"]), bytes.fromhex(case["bytes"])
    message, = received(case["items"], channel)
    same(name, (message.priority, message.data), (case["priority"], original))
    begin, *rest = [decode(Reader(bytes.fromhex(item))) for item in case["items"]]
    both_ways(name, begin, case["items"][0])
    for item, recorded in zip(rest, case["items"][1:]):
        same(name, (item.kind, item.priority), (NEXT, begin.priority))
        both_ways(name, item, recorded)
    same(name, begin.kind, FIRST)
    same(name, sum(len(item.data) for item in [begin, *rest]), begin.total)


def discovery(case):
    """(name, item, recorded bytes) of each that is recorded."""
    namespace = case["namespace"].encode()
    told = []
    for i, greeting in enumerate(case["greetings"]):
        ingress, time = Ingress(*address(greeting["ingress"])), int(greeting["time_ms"])
        told.append(AddressRecord.sign(ingress, time, bytes.fromhex(greeting["seed"]), namespace))
        same(f"signature {i}", told[i].verifies(namespace), True)
        yield f"greeting {i}", Greeting(told[i]), greeting["item"]
    for i, vector in enumerate(case["bit_vectors"]):
        yield f"bit vector {i}", BitVector(int(vector["index"]), tuple(bit == "1" for bit in vector["bits"])), vector["item"]
    for i, peers in enumerate(case["peers"]):
        yield f"peers {i}", Peers(tuple(told[:peers["count"]])), peers["item"]


def shake(name, case, version, namespace):
    """Both sides of a recorded handshake, when it is done."""
    seed, other = bytes.fromhex(case["dialer_seed"]), bytes.fromhex(case["listener_seed"])

    def side(role, seed, party, *arguments):
        return role(seed, namespace, *arguments, version=version, now=lambda: case[party + "_time_ms"],
                    ephemeral=bytes.fromhex(case[party + "_ephemeral_secret"]))

    listener = side(handshake.Listener, other, "listener", [handshake.sodium.signing_keys(seed)[0]])
    dialer = side(handshake.Dialer, seed, "dialer", listener.public)
    same(name + " hello and syn", bytes(dialer.outgoing), bytes.fromhex(case["hello"] + case["syn"]))
    listener.receive(dialer.outgoing)
    same(name + " syn_ack", bytes(listener.outgoing), bytes.fromhex(case["syn_ack"]))
    dialer.outgoing.clear()
    dialer.receive(listener.outgoing)
    same(name + " ack", bytes(dialer.outgoing), bytes.fromhex(case["ack"]))
    listener.receive(dialer.outgoing)
    same(name + " keys", dialer.keys, listener.keys[::-1])
    return dialer, listener


def conversation(name, case):
    version = case["version"]
    dialer, listener = shake(name, case, version, case["namespace"].encode())
    sealer = Cipher(dialer.keys[0])
    # The listener takes what the dialer says that it takes: the records name no hello of its own.
    own = decode(Reader(bytes.fromhex(case["dialer_records"][0]["plaintext"])))
    link = Link(listener.keys, own, version)
    link.next_record()
    for i, record in enumerate(case["dialer_records"]):
        wire = bytes.fromhex(record["wire"])
        same(f"{name} record {i}", frame(sealer.seal(bytes.fromhex(record["plaintext"]))), wire)
        link.receive(wire)
    same(name + " end", type(link.events[-1]), Goodbye)


def framed(payload):
    return frame(bytes.fromhex(payload)).hex()


def commonware(vectors):
    """How each thing that is recorded is compared."""
    namespace, told = vectors["namespace"].encode(), vectors["discovery"]
    case = dict(vectors["handshake"])
    case.update({step: framed(case[step]) for step in ("syn", "syn_ack", "ack")}, hello=framed(case["dialer_public"]))

    def handshaken():
        dialer, listener = shake("handshake", case, handshake.COMMONWARE, namespace)
        ciphers = dict(dialer_to_listener=Cipher(dialer.keys[0]), listener_to_dialer=Cipher(listener.keys[0]))
        for record in case["sealed"]:
            sealed = ciphers[record["direction"]].seal(record["plaintext_utf8"].encode())
            same("sealed record", sealed, bytes.fromhex(record["ciphertext"]))

    def read(name):
        plaintext = bytes.fromhex(told[name]["plaintext"])
        reader = Reader(plaintext)
        gossip = records.decode(reader.byte(), GOSSIP, reader)
        same(name, reader.left, 0)
        same(name, records.encode(gossip, GOSSIP), plaintext)
        return gossip

    def greeted():
        own = told["greeting_accepted_by_commonware"]
        seed = bytes.fromhex(own["signer_seed"])
        record = AddressRecord.sign(Ingress(*address(own["ingress"])), own["timestamp_ms"], seed, namespace)
        same("greeting", read("greeting_accepted_by_commonware"), Greeting(record))

    def answered():
        theirs, peers = read("greeting_from_commonware").record, read("peers_from_commonware").records
        same("first of the answer", peers[0], theirs)
        same("keys", [record.key.hex() for record in peers], told["peer_set_sorted"][:2])
        same("signatures", [record.verifies(namespace) for record in peers], [True, True])

    def asked():
        same("bit vector", read("bit_vector_from_commonware"), BitVector(0, (True, True, True)))

    return [handshaken, greeted, answered, asked]


def check(path):
    """The number of cases that agree."""
    with open(path) as file:
        vectors = json.load(file)
    if "items" not in vectors:
        cases = commonware(vectors)
        for case in cases:
            case()
        return len(cases), []
    items, count = vectors["items"], 0

    def each(cases):
        nonlocal count
        for i, case in enumerate(cases):
            count += 1
            yield i, case

    for i, case in each(items.pop("hellos")):
        both_ways(f"hello {i}", hello(case), case["item"])
    for i, case in each(items.pop("pings")):
        both_ways(f"ping {i}", Ping(int(case["number"])), case["ping"])
        both_ways(f"pong {i}", Pong(int(case["number"])), case["pong"])
    for i, case in each(items.pop("goodbyes")):
        both_ways(f"goodbye {i}", Goodbye(i), case["item"])
    for i, case in each(items.pop("paddings")):
        both_ways(f"padding {i}", Padding(case["count"]), case["item"])
    for i, case in each(items.pop("messages")):
        message = Piece(case["priority"], WHOLE, bytes.fromhex(case["bytes"]), channel=int(case["channel"]))
        both_ways(f"message {i}", message, case["item"])
    for i, case in each([items.pop("compressed")]):
        channel, payload = int(case["channel"]), bytes.fromhex(case["payload"])
        message, = received([case["item"]], channel)
        same("compressed", message.data, bytes.fromhex(case["original"]))
        both_ways("compressed", Piece(message.priority, WHOLE, payload, LZ4, channel), case["item"])
    for i, case in each(items.pop("pieces")):
        pieces(f"pieces {i}", case)
    for _, (name, gossip, recorded) in each(discovery(vectors.pop("discovery"))):
        both_ways(name, Discovery(gossip), recorded)
    for i, case in each(vectors.pop("handshakes")):
        conversation(f"handshake {i}", case)
    unknown = [*items, *(set(vectors) - {"about", "items"})]
    return count, unknown
