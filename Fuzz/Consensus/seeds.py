#!/usr/bin/env python3
"""Inputs to begin with, for the targets whose inputs have a form that chance seldom meets.

`Tools/fuzz seed` runs it: it writes inputs of the targets that the other arguments name into the folder of the
machine's own corpus (the first argument), always the same ones, and their words into Fuzz/Dictionaries. `Tools/fuzz
minimise` then keeps in Fuzz/Corpus what is worth it.
"""
import json
import pathlib
import random
import sys

corpus = pathlib.Path(sys.argv[1])
targets = sys.argv[2:]
fuzz = pathlib.Path(__file__).parent.parent
golden = json.loads((fuzz.parent / "Tests/Vectors/consensus.json").read_text())


def write(target, inputs):
    if target not in targets:
        return
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(inputs):
        (folder / f"seed-{number:03}").write_bytes(content)


def words(target, entries):
    if target not in targets:
        return
    folder = fuzz / "Dictionaries"
    folder.mkdir(exist_ok=True)
    lines = [f'{name}="' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for name, word in entries]
    (folder / target).write_text("\n".join(lines) + "\n")


# FuzzConsensusMessages: golden bytes as what they are, and on channels where they are something else.

votes = [bytes.fromhex(vote["vote"]) for vote in golden["votes"]]
certificates = [bytes.fromhex(one["certificate"]) for one in golden["certificates"]]
headers = [bytes.fromhex(one["header"]) for one in golden["headers"]]
block, members = bytes.fromhex(golden["block"]), bytes.fromhex(golden["set"])
number = lambda value: value.to_bytes(8, "big")

proposals = [vote + bytes([min(len(certificates), 3)]) + b"".join(certificates[:3]) for vote in votes]
asks = [b"\0" + ask for ask in (
    b"\0" + number(3) + number(5) + b"\2", b"\1" + number(2), b"\2" + headers[0][:32],
    b"\3" + headers[0][:32] + number(9))]
channels = [
    votes, certificates, proposals, asks + [b"\1" + one for one in certificates], [number(5) + block],
    [b"\0\1" + block] + [b"\1" + one for one in certificates]]
records = (
    [b"\2" + one for one in certificates] + [b"\3" + block] + [b"\4" + vote for vote in votes]
    + [b"\5" + number(7) + headers[0][:32], b"\6" + number(3) + number(8)])
starts = [
    number(3) + headers[0] + members + b"\0",
    number(4) + headers[-1] + members + b"\1" + certificates[0]]
records += [b"\1\0" + start for start in starts]
proofs = [b"\0\1" + headers[0] + one for one in certificates]
proofs.append(b"\0\2" + headers[0] + headers[1] + certificates[-1])
pairs = [one + other for one in votes for other in votes if one < other][:12]
write("FuzzConsensusMessages", [
    bytes([0, 0, 2, channel]) + content for channel, contents in enumerate(channels) for content in contents
] + [
    bytes([0, kind, 2, 0]) + content
    for kind, contents in ((5, records), (6, starts), (7, [members]), (8, proofs), (9, pairs))
    for content in contents
])
words("FuzzConsensusMessages", [
    ("epoch", number(3)), ("last", number(2**64 - 1)), ("chain", headers[0][:32]), ("seven", b"\0\7"),
    ("members", members[:4]), ("key", members[4:36]), ("none", b"\0" * 32), ("block", block[:40])])

# FuzzConsensus: stories of the length of a few views, in which something happens all the time.


def byte():
    return random.randrange(256)


def place():
    # Mostly the view in which some node is, or one beside it.
    return [byte(), random.choice([0, 0, 0, 0, 6, 11, byte()])]


def subject(kind=None):
    kind = random.randrange(3) if kind is None else kind
    return [kind] + ([] if kind == 1 else [random.choice([0, 0, 0, 7]), byte()])


def step():
    everybody = random.choice([0, 0, byte()])
    failure = random.choice(
        [[0, random.randrange(8)], [3, random.randrange(8)], [6, byte(), byte()], [7, 0], [8, 0], [9],
         [10, 0], [11]])
    return random.choice([
        [0, random.choice([3, 20, 60, 95])], [0, random.choice([3, 20, 60, 95])], [0, 95], [0, 95],
        [4, byte()], [5, byte()], [6, byte(), byte()], [7, random.randrange(8)],
        [8, byte()] + failure, [9, 1], [9, 0, byte()],
        [10, 0] + place() + subject() + [everybody, random.choice([2, 2, 2, byte()])],
        [11, 0] + place() + subject() + [everybody, random.randrange(4), random.choice([12, 12, byte()])]
        + [byte(), byte()],
        [12] + place() + [random.choice([good, good, byte()]) for good in (3, 8, 4)]
        + [everybody, random.randrange(2), everybody],
        [14, 1, 0] + place() + [byte(), byte(), byte(), byte(), byte()], [14, 0, byte(), byte(), byte(), byte()],
        [15, 0, byte(), byte(), byte(), byte(), byte(), byte()]])


def story(length):
    begin = [random.choice([0, 0, 0, 7]), random.choice([0, 0, 15]), random.randrange(4), random.randrange(4),
             random.randrange(4), byte(), byte()]
    return bytes(begin + [choice for _ in range(length) for choice in step()])


random.seed(6)
write("FuzzConsensus", [story(length) for length in (3, 6, 12, 25, 50) for _ in range(30)])
words("FuzzConsensus", [
    ("goon", [0, 95]), ("few", [0, 7]), ("connect", [14, 0, 3, 0, 0]), ("kill", [8, 0, 0, 0]),
    ("fuse", [8, 0, 3, 2]), ("lose", [8, 0, 11]), ("heal", [9, 1]), ("cut", [9, 0, 3]), ("later", [7, 5]),
    ("propose", [12, 0, 0, 3, 8, 4, 0, 0, 0]), ("notarize", [10, 0, 0, 0, 0, 0, 0, 0, 2]),
    ("nullify", [10, 0, 0, 0, 1, 0, 2]), ("finalize", [10, 0, 0, 0, 2, 0, 0, 0, 2]),
    ("certificate", [11, 0, 0, 0, 0, 0, 0, 0, 0, 12, 2])])

# FuzzJournal: longer stories than a target begins with on its own.
write("FuzzJournal", [bytes(byte() for _ in range(length)) for length in (32, 96, 256) for _ in range(20)])
