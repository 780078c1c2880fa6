// What Swift has no words for, about memory.
#ifndef CCONCLAVE_MEMORY_H
#define CCONCLAVE_MEMORY_H

/// Begins to load so many cache lines of 64 bytes. A hint: it waits for nothing, and an address that cannot
/// be read does no harm.
static inline void conclave_prefetch(const void *_Nonnull start, long lines) {
#pragma unroll 4
    for (long line = 0; line < lines; line++) __builtin_prefetch((const char *)start + 64 * line, 1, 2);
}

/// Asks the kernel to hold the main thread's heap in large pages, as far as it has grown since the last call,
/// and lets it grow in large steps from now on. Where the kernel does not offer them nothing comes of it.
void conclave_ask_for_large_pages(void);

#endif
