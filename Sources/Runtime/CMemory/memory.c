#include "CConclaveMemory.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { page = 4096, step = 16 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/// Up to where it was asked for.
static uintptr_t asked;

void conclave_ask_for_large_pages(void) {
    uintptr_t end = (uintptr_t)sbrk(0);
    pthread_mutex_lock(&lock);
    if (asked == 0) {
        mallopt(M_TOP_PAD, step);
        asked = end;
    } else if (end > asked) {
        uintptr_t start = (asked + page - 1) / page * page;
        // Refused where the kernel has none: then it stays as it is.
        if (end > start) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
        asked = end;
    }
    pthread_mutex_unlock(&lock);
}
