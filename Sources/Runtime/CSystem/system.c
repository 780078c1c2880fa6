#include "CConclaveSystem.h"
#include <time.h>

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t conclave_monotonic_ns(void) { return nanoseconds(CLOCK_MONOTONIC); }
uint64_t conclave_coarse_ns(void) { return nanoseconds(CLOCK_MONOTONIC_COARSE); }
uint64_t conclave_wall_ms(void) { return nanoseconds(CLOCK_REALTIME) / 1000000u; }
