// Clocks, threads, epoll. See CConclaveSystem.h.
#include "CConclaveSystem.h"
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t conclave_monotonic_ns(void) { return nanoseconds(CLOCK_MONOTONIC); }
uint64_t conclave_coarse_ns(void) { return nanoseconds(CLOCK_MONOTONIC_COARSE); }
uint64_t conclave_wall_ms(void) { return nanoseconds(CLOCK_REALTIME) / 1000000u; }

void conclave_give_memory_back(void) { malloc_trim(0); }

static __thread const void *current;
const void *conclave_current(void) { return current; }
void conclave_set_current(const void *executor) { current = executor; }

typedef struct {
  void (*body)(void *);
  void *argument;
  char name[16];
} thread_start;

static void *thread_main(void *raw) {
  thread_start start = *(thread_start *)raw;
  free(raw);
  pthread_setname_np(pthread_self(), start.name);
  start.body(start.argument);
  return NULL;
}

static void blocked_in_threads(sigset_t *set) {
  sigfillset(set);
  const int open[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
  for (size_t i = 0; i < sizeof open / sizeof *open; i++) sigdelset(set, open[i]);
}

int conclave_thread_start(uint64_t *thread, const char *name, void (*body)(void *), void *argument) {
  thread_start *start = calloc(1, sizeof *start);
  if (!start) return -ENOMEM;
  start->body = body;
  start->argument = argument;
  strncpy(start->name, name, sizeof start->name - 1);
  // The mask is inherited, so a signal can never meet the new thread unblocked.
  sigset_t blocked, before;
  blocked_in_threads(&blocked);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  pthread_t created;
  int code = pthread_create(&created, NULL, thread_main, start);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (code) {
    free(start);
    return -code;
  }
  *thread = (uint64_t)created;
  return 0;
}

uint64_t conclave_thread_self(void) { return (uint64_t)pthread_self(); }
void conclave_thread_join(uint64_t thread) { pthread_join((pthread_t)thread, NULL); }
void conclave_thread_detach(uint64_t thread) { pthread_detach((pthread_t)thread); }
void conclave_yield(void) { sched_yield(); }

int conclave_poll_create(void) {
  int poll = epoll_create1(EPOLL_CLOEXEC);
  return poll < 0 ? -errno : poll;
}

static int control(int poll, int operation, int descriptor, uint32_t events, uint64_t tag) {
  struct epoll_event event = {.data.u64 = tag};
  if (events & CONCLAVE_READABLE) event.events |= EPOLLIN;
  if (events & CONCLAVE_WRITABLE) event.events |= EPOLLOUT;
  if (events & CONCLAVE_EDGE) event.events |= EPOLLET;
  return epoll_ctl(poll, operation, descriptor, &event) ? -errno : 0;
}

int conclave_poll_add(int poll, int descriptor, uint32_t events, uint64_t tag) {
  return control(poll, EPOLL_CTL_ADD, descriptor, events, tag);
}
int conclave_poll_change(int poll, int descriptor, uint32_t events, uint64_t tag) {
  return control(poll, EPOLL_CTL_MOD, descriptor, events, tag);
}
int conclave_poll_remove(int poll, int descriptor) { return control(poll, EPOLL_CTL_DEL, descriptor, 0, 0); }

int conclave_poll_wait(int poll, conclave_event *events, int capacity, int timeout_ms) {
  struct epoll_event raw[64];
  int count = epoll_wait(poll, raw, capacity < 64 ? capacity : 64, timeout_ms);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    uint32_t seen = 0;
    if (raw[i].events & EPOLLIN) seen |= CONCLAVE_READABLE;
    if (raw[i].events & EPOLLOUT) seen |= CONCLAVE_WRITABLE;
    if (raw[i].events & (EPOLLERR | EPOLLHUP)) seen |= CONCLAVE_BROKEN;
    events[i] = (conclave_event){.tag = raw[i].data.u64, .events = seen};
  }
  return count;
}

int conclave_waker(void) {
  int waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return waker < 0 ? -errno : waker;
}
void conclave_wake(int waker) {
  uint64_t one = 1;
  (void)!write(waker, &one, sizeof one);
}
void conclave_close(int descriptor) { close(descriptor); }

ssize_t conclave_read(int descriptor, void *buffer, size_t count) {
  ssize_t done;
  do done = read(descriptor, buffer, count);
  while (done < 0 && errno == EINTR);
  return done < 0 ? -errno : done;
}

ssize_t conclave_write(int descriptor, const void *buffer, size_t count) {
  ssize_t done;
  do done = write(descriptor, buffer, count);
  while (done < 0 && errno == EINTR);
  return done < 0 ? -errno : done;
}

static int ready_now(int descriptor, short events) {
  struct pollfd look = {.fd = descriptor, .events = events};
  return poll(&look, 1, 0) == 1 ? look.revents : 0;
}

// An end or an error is something to read, too.
int conclave_can_read(int descriptor) { return ready_now(descriptor, POLLIN) != 0; }
int conclave_can_write(int descriptor) { return ready_now(descriptor, POLLOUT) == POLLOUT; }

int conclave_random(void *buffer, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t some = getrandom((char *)buffer + done, count - done, 0);
    if (some < 0 && errno != EINTR) return -errno;
    if (some > 0) done += (size_t)some;
  }
  return 0;
}
