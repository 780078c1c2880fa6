// A lock that ThreadSanitizer sees. Only in builds for it, see Package.swift.
#ifndef CCONCLAVE_LOCK_H
#define CCONCLAVE_LOCK_H

typedef struct conclave_lock conclave_lock;

/// Ends the process where there is no memory, as Swift does.
conclave_lock *_Nonnull conclave_lock_make(void);
void conclave_lock_free(conclave_lock *_Nonnull lock);
void conclave_lock_acquire(conclave_lock *_Nonnull lock);
void conclave_lock_release(conclave_lock *_Nonnull lock);

#endif
