// The one instruction that Swift has no word for.
#ifndef CCONCLAVE_PREFETCH_H
#define CCONCLAVE_PREFETCH_H

/// Begins to load so many cache lines of 64 bytes. A hint: it waits for nothing, and an address that cannot be
/// read does no harm.
static inline void conclave_prefetch(const void *_Nonnull start, long lines) {
    for (long line = 0; line < lines; line++) __builtin_prefetch((const char *)start + 64 * line, 1, 2);
}

#endif
