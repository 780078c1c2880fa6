#include "CConclaveLock.h"

#include <pthread.h>
#include <stdlib.h>

struct conclave_lock {
    pthread_mutex_t mutex;
};

conclave_lock *conclave_lock_make(void) {
    conclave_lock *lock = malloc(sizeof *lock);
    if (!lock || pthread_mutex_init(&lock->mutex, NULL) != 0) abort();
    return lock;
}

void conclave_lock_free(conclave_lock *lock) {
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

void conclave_lock_acquire(conclave_lock *lock) {
    if (pthread_mutex_lock(&lock->mutex) != 0) abort();
}

void conclave_lock_release(conclave_lock *lock) {
    if (pthread_mutex_unlock(&lock->mutex) != 0) abort();
}
