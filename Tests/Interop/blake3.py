"""BLAKE3 with keys and extendable output, from its specification. Slow, but a handshake hashes few bytes."""

import struct

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED = 1, 2, 4, 8, 16
# Columns, then diagonals.
QUARTERS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
            (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
MASK = 0xFFFFFFFF


def rotate(x, n):
    return (x >> n) | (x << (32 - n)) & MASK


def compress(chaining, block, counter, length, flags):
    v = list(chaining) + [*IV[:4], counter & MASK, counter >> 32, length, flags]
    m = struct.unpack("<16I", block.ljust(64, b"\0"))
    for _ in range(7):
        for i, (a, b, c, d) in enumerate(QUARTERS):
            for x, r, s in ((m[2 * i], 16, 12), (m[2 * i + 1], 8, 7)):
                v[a] = (v[a] + v[b] + x) & MASK
                v[d] = rotate(v[d] ^ v[a], r)
                v[c] = (v[c] + v[d]) & MASK
                v[b] = rotate(v[b] ^ v[c], s)
        m = [m[i] for i in PERMUTATION]
    return [v[i] ^ v[i + 8] for i in range(8)] + [v[i + 8] ^ chaining[i] for i in range(8)]


def chunk(key, data, index, flags):
    """The arguments of the chunk's last compression: only the root knows what else to ask of it."""
    chaining, blocks = key, [data[i:i + 64] for i in range(0, len(data), 64)] or [b""]
    for i, block in enumerate(blocks):
        here = flags | (CHUNK_START if i == 0 else 0)
        if i == len(blocks) - 1:
            return chaining, block, index, len(block), here | CHUNK_END
        chaining = compress(chaining, block, index, 64, here)[:8]


def subtree(key, data, index, flags):
    if len(data) <= 1024:
        return chunk(key, data, index, flags)
    left = 1024 << ((len(data) - 1) // 1024).bit_length() - 1
    halves = subtree(key, data[:left], index, flags), subtree(key, data[left:], index + left // 1024, flags)
    block = b"".join(struct.pack("<8I", *compress(*half)[:8]) for half in halves)
    return key, block, 0, 64, flags | PARENT


def blake3(data, key=None, length=32):
    words, flags = (IV, 0) if key is None else (struct.unpack("<8I", key), KEYED)
    chaining, block, _, size, flags = subtree(words, data, 0, flags)
    blocks = (compress(chaining, block, i, size, flags | ROOT) for i in range((length + 63) // 64))
    return b"".join(struct.pack("<16I", *words) for words in blocks)[:length]
