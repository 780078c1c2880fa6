"""The few functions of libsodium that the protocol needs."""

import ctypes


def load():
    for name in ("libsodium.so.23", "libsodium.so"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            pass
    raise SystemExit("libsodium.so.23 is not installed")


library = load()
library.sodium_init()


def size(n):
    return ctypes.c_ulonglong(n)


def signing_keys(seed):
    public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
    library.crypto_sign_ed25519_seed_keypair(public, secret, seed)
    return public.raw, secret.raw


def sign(message, secret):
    signature = ctypes.create_string_buffer(64)
    library.crypto_sign_ed25519_detached(signature, None, message, size(len(message)), secret)
    return signature.raw


def verifies(signature, message, public):
    return library.crypto_sign_ed25519_verify_detached(signature, message, size(len(message)), public) == 0


def agreement_key(secret):
    public = ctypes.create_string_buffer(32)
    library.crypto_scalarmult_curve25519_base(public, secret)
    return public.raw


def agree(secret, public):
    """None where the result is zero."""
    shared = ctypes.create_string_buffer(32)
    return shared.raw if library.crypto_scalarmult_curve25519(shared, secret, public) == 0 else None


def seal(plaintext, nonce, key):
    sealed = ctypes.create_string_buffer(len(plaintext) + 16)
    library.crypto_aead_chacha20poly1305_ietf_encrypt(
        sealed, None, plaintext, size(len(plaintext)), None, size(0), None, nonce, key)
    return sealed.raw


def open_sealed(sealed, nonce, key):
    """None where it does not open."""
    if len(sealed) < 16:
        return None
    # A buffer of length zero is none for ctypes, so there is one byte more than needed.
    plaintext = ctypes.create_string_buffer(len(sealed) - 15)
    result = library.crypto_aead_chacha20poly1305_ietf_decrypt(
        plaintext, None, None, sealed, size(len(sealed)), None, size(0), nonce, key)
    return plaintext.raw[:len(sealed) - 16] if result == 0 else None
