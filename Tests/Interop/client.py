#!/usr/bin/env python3
"""A client in lookup mode that shares nothing with the node but its description in Docs/Wire.md.

Dials a node that sends each message back, sends it messages of several sizes, in the native profile at two priorities, and
compares what comes back. Whether the description is complete is seen from whether the two understand each other.

    conclave peer --key A --listen 127.0.0.1:5001 --namespace X --peer <our key>@127.0.0.1:9 --echo
    Tests/Interop/client.py --address 127.0.0.1:5001 --node-key <A's key> --seed <64 hex> --namespace X --send hello

For discovery there are `discover.py` and `trial.py`.
"""

import argparse
import hashlib
import socket
import sys
from collections import Counter

# No compiled files beside the sources.
sys.dont_write_bytecode = True

from commonware import CommonwareLink
from connection import Connection
from handshake import COMMONWARE, VERSION, Dialer
from items import BULK, HIGH, LARGEST_RECORD, NORMAL, REASONS, SMALLEST_RECORD, Goodbye, Hello, Ping, Pong
from link import Link, Message
from wire import Fault

PING = 0x0123456789ABCDEF


def messages(text, count, record_limit, message_limit):
    """(priority, bytes, whether to compress): short ones, ones in pieces, and both in a form that LZ4 makes shorter."""
    for i in range(count):
        start = f"{text} {i} ".encode()
        large = min(message_limit, record_limit * 5 // 2 + i)
        middle = min(message_limit, record_limit // 2)
        kind = i % 4
        if kind == 0:
            yield HIGH, start[:message_limit], False
        elif kind == 1:
            yield BULK, (start + hashlib.shake_128(start).digest(large))[:large], False
        elif kind == 2:
            yield BULK, (start * (middle // len(start) + 1))[:middle], True
        else:
            # Half of it is noise, so that it comes in pieces even when it is compressed.
            noise = start + hashlib.shake_128(start).digest(large // 2)
            yield HIGH, (noise + start * (large // len(start) + 1))[:large], True


def talk(connection, channel, text, count, log):
    hello = connection.next_event("its hello")
    theirs = hello.limit(channel)
    if theirs is None:
        raise Fault(f"takes no messages on the channel {channel}, only on {sorted(hello.channels)}")
    log(f"hello of {hello.agent.decode()}: records to {hello.record_limit}, messages to {theirs}, "
        f"LZ4 {'allowed' if hello.takes_lz4(channel) else 'not allowed'}")
    link = connection.link
    link.ping(PING)
    record_limit = min(link.hello.record_limit, hello.record_limit)
    sent = list(messages(text, count, record_limit, min(theirs, link.hello.limit(channel))))
    for priority, data, compress in sent:
        link.send(priority, channel, data, compress)
    missing = Counter(data for _, data, _ in sent)
    asked, counts = True, Counter()
    while missing or asked:
        event = connection.next_event("a pong" if not missing else f"the rest of {count} echoes ({missing.total()} missing)")
        if isinstance(event, Message):
            if event.channel != channel:
                raise Fault(f"sent an echo on the channel {event.channel}")
            if event.data not in missing:
                raise Fault(f"sent {len(event.data)} bytes that are no echo: {event.data[:32]}…")
            missing -= Counter([event.data])
            counts.update(echoes=1, pieces=event.in_pieces, compressed=event.coding, **{f"priority {event.priority}": 1})
        elif isinstance(event, Ping):
            counts["pings"] += 1
        elif isinstance(event, Pong):
            asked = False
        elif isinstance(event, Goodbye):
            raise Fault(f"said goodbye ({REASONS[event.reason]}) with {missing.total()} echoes missing")
    link.leave()
    connection.finish()
    log(", ".join(f"{name}: {n}" for name, n in sorted(counts.items())))


def talk_commonware(connection, channel, text, count, limit, log):
    """One message a record, no priorities, and what comes back keeps its order."""
    connection.wait("the end of the handshake", lambda: connection.link)
    link = connection.link
    link.ping()
    sizes = [0, 1, 63, 64, 127, 128, 4096, 65536]
    sent = [(f"{text} {i} ".encode() * (limit // len(text) + 1))[:min(limit, sizes[i % len(sizes)])] for i in range(count)]
    for data in sent:
        link.send(NORMAL, channel, data)
    for i, data in enumerate(sent):
        event = connection.next_event(f"echo {i} of {count}")
        if (event.channel, event.data) != (channel, data):
            raise Fault(f"sent {event.data[:32]}… on the channel {event.channel} for the echo of {len(data)} bytes")
    link.leave()
    connection.finish()
    log(f"echoes: {count}")


def own_hello(channel, max_message, record_limit, lz4):
    return Hello({channel: (max_message, 1 if lz4 else 0)}, record_limit=record_limit, agent=b"interop-client/1")


def hexadecimal(text):
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError
    return value


def address(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def main():
    parser = argparse.ArgumentParser(description="A client in lookup mode; see Docs/Wire.md.")
    parser.add_argument("--wire", choices=("native", "commonware"), default="native")
    parser.add_argument("--self-test", action="store_true", help="talks to itself, as dialer and as listener")
    parser.add_argument("--vectors", metavar="FILE", help="compares with recorded bytes")
    parser.add_argument("--address", type=address, metavar="HOST:PORT", help="where the node listens")
    parser.add_argument("--node-key", type=hexadecimal, metavar="HEX", help="the node's public key")
    parser.add_argument("--seed", type=hexadecimal, metavar="HEX", help="the seed of our own key")
    parser.add_argument("--namespace", metavar="NAME")
    parser.add_argument("--channel", type=int, default=0, metavar="N")
    parser.add_argument("--send", metavar="TEXT", help="what each message begins with")
    parser.add_argument("--count", type=int, default=8, metavar="K")
    parser.add_argument("--max-message", type=int, default=1 << 20, metavar="BYTES", help="the largest message we take")
    parser.add_argument("--record-limit", type=int, default=8192, metavar="BYTES",
                        help=f"the longest plaintext we take, {SMALLEST_RECORD} to {LARGEST_RECORD}")
    parser.add_argument("--no-lz4", action="store_true", help="does not allow compressed messages")
    parser.add_argument("--patience", type=float, default=10, metavar="SECONDS", help="how long the node may be silent")
    options = parser.parse_args()
    if options.self_test:
        import selftest
        return selftest.main()
    if options.vectors:
        import vectors
        try:
            count, unknown = vectors.check(options.vectors)
        except (vectors.Mismatch, Fault) as mismatch:
            print(mismatch, file=sys.stderr)
            return 1
        print(f"{count} cases agree" + "".join(f", {name} is unknown" for name in unknown))
        return 0
    needed = ("address", "node_key", "seed", "namespace", "send")
    if any(getattr(options, name) is None for name in needed):
        parser.error("needs " + ", ".join("--" + name.replace("_", "-") for name in needed))
    hello = own_hello(options.channel, options.max_message, options.record_limit, not options.no_lz4)
    try:
        sock = socket.create_connection(options.address, options.patience)
    except OSError as error:
        print(f"the node cannot be reached: {error}", file=sys.stderr)
        return 1
    try:
        is_native = options.wire == "native"
        side = Dialer(options.seed, options.namespace.encode(), options.node_key, VERSION if is_native else COMMONWARE)
        if is_native:
            connection = Connection(sock, side, lambda keys: Link(keys, hello), options.patience)
            talk(connection, options.channel, options.send, options.count, print)
        else:
            limits = {options.channel: options.max_message}
            connection = Connection(sock, side, lambda keys: CommonwareLink(keys, limits), options.patience)
            talk_commonware(connection, options.channel, options.send, options.count, options.max_message, print)
    except Fault as fault:
        print(f"the node {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
