// What the Glibc module does not show to Swift: epoll, eventfd, signalfd, and a thread-local that the optimiser does not
// keep across suspensions.
#pragma once
#include <stddef.h>
#include <stdint.h>

uint64_t conclave_monotonic_ns(void);
uint64_t conclave_coarse_ns(void);  // steps of 1 to 4 ms, a few ns to read
uint64_t conclave_wall_ms(void);
