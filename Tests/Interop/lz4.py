"""LZ4 blocks: read by hand, written by liblz4 where it is installed."""

import ctypes

from wire import Fault


def library():
    for name in ("liblz4.so.1", "liblz4.so"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            pass


def compress(data):
    """None without liblz4."""
    lz4 = library()
    if lz4 is None:
        return None
    bound = lz4.LZ4_compressBound(len(data))
    block = ctypes.create_string_buffer(bound)
    n = lz4.LZ4_compress_default(data, block, len(data), bound)
    return block.raw[:n]


# How the format ends a block: the last bytes are literals, and the last match begins so long before the end. Decoders rely
# on it to copy more than they need.
LAST_LITERALS, LAST_MATCH = 5, 12


def decompress(block, length):
    out, at, match = bytearray(), 0, None

    def extended(nibble):
        nonlocal at
        n = nibble
        while nibble == 15:
            byte, at = block[at], at + 1
            n += byte
            if byte < 255:
                break
        return n

    try:
        while True:
            token, at = block[at], at + 1
            literals = extended(token >> 4)
            if literals > len(block) - at:
                raise IndexError
            # Checked before bytes are taken, so that a small block cannot ask for much memory.
            if len(out) + literals > length:
                raise Fault("sent an LZ4 block that is longer than it says")
            out += block[at:at + literals]
            at += literals
            if at == len(block):
                if match is not None and (literals < LAST_LITERALS or len(out) - match < LAST_MATCH):
                    raise Fault("sent an LZ4 block with a match too close to its end")
                break
            offset, at = block[at] | block[at + 1] << 8, at + 2
            if not 1 <= offset <= len(out):
                raise Fault("sent an LZ4 block with an offset to bytes that are not there")
            n = extended(token & 15) + 4
            if len(out) + n > length:
                raise Fault("sent an LZ4 block that is longer than it says")
            # A match may overlap with what it makes.
            match, pattern = len(out), out[-offset:]
            out += (pattern * (n // offset + 1))[:n]
    except IndexError:
        raise Fault("sent an LZ4 block that ends in the middle of a sequence") from None
    if len(out) != length:
        raise Fault("sent an LZ4 block that is shorter than it says")
    return bytes(out)
