// Counts the memory that a thread asks the allocator for, so that a test can say that something asks for
// none.
#ifndef CCONCLAVE_ALLOCATIONS_H
#define CCONCLAVE_ALLOCATIONS_H

#include <stdint.h>

/// Allocations of the calling thread since it began; negative where they cannot be counted, which is under a
/// sanitizer.
int64_t conclave_allocations(void);

#endif
