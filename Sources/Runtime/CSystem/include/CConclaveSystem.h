// What the Glibc module does not show to Swift, or shows in a form that cannot be used safely: epoll,
// eventfd, signalfd, socket addresses, spawning, and a thread-local that the optimiser does not keep across
// suspensions.
//
// Every function that can fail returns a negative errno; none sets errno for its caller.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#pragma clang assume_nonnull begin

uint64_t conclave_monotonic_ns(void);
uint64_t conclave_coarse_ns(void);  // steps of 1 to 4 ms, a few ns to read
uint64_t conclave_wall_ms(void);

// Gives the kernel what the allocator keeps for later.
void conclave_give_memory_back(void);

// Threads. Only faults and profiling are not blocked in them: signals are for whoever asks for them.
const void *_Nullable conclave_current(void);  // what the running thread was given
void conclave_set_current(const void *_Nullable executor);
int conclave_thread_start(uint64_t *thread, const char *name, void (*body)(void *), void *argument);
uint64_t conclave_thread_self(void);
void conclave_thread_join(uint64_t thread);
void conclave_thread_detach(uint64_t thread);
void conclave_yield(void);

// epoll and eventfd.
typedef struct {
  uint64_t tag;
  uint32_t events;
} conclave_event;
enum {
  CONCLAVE_READABLE = 1,
  CONCLAVE_WRITABLE = 2,
  CONCLAVE_BROKEN = 4,      // error or hang-up: told whether asked for or not
  CONCLAVE_EDGE = 8,
};
int conclave_poll_create(void);
int conclave_poll_add(int poll, int descriptor, uint32_t events, uint64_t tag);
int conclave_poll_change(int poll, int descriptor, uint32_t events, uint64_t tag);
int conclave_poll_remove(int poll, int descriptor);
int conclave_poll_wait(int poll, conclave_event *events, int capacity, int timeout_ms);  // interrupted: 0
int conclave_waker(void);
void conclave_wake(int waker);
void conclave_close(int descriptor);

// TCP. Sockets are non-blocking and closed on exec.
typedef struct {
  uint8_t ip[16];   // network order; the first 4 bytes for IPv4
  uint8_t length;   // 4 or 16
  uint16_t port;
} conclave_address;
int conclave_listen(const conclave_address *address, int backlog);
int conclave_accept(int listener, conclave_address *remote, int unsent_bytes);
// A socket whose connection is under way; an error that is known at once is returned.
int conclave_connect(const conclave_address *address, int unsent_bytes);
int conclave_connected(int descriptor);   // 0 or the errno of the attempt, negative
int conclave_local_address(int descriptor, conclave_address *address);
int conclave_is_own_peer(int descriptor);   // 1: connected to itself
// Nothing more will be written: the other side reads to the end.
void conclave_finish_writing(int descriptor);
ssize_t conclave_read_two(int descriptor, void *_Nullable first, size_t first_count,
                          void *_Nullable second, size_t second_count);
ssize_t conclave_send(int descriptor, const struct iovec *buffers, size_t count);
// All addresses of a name in the resolver's order, at most `capacity`. Blocks. -ENOENT: no such name;
// -EAGAIN: try again later.
int conclave_resolve(const char *name, conclave_address *addresses, int capacity);

// Plain descriptors.
ssize_t conclave_read(int descriptor, void *buffer, size_t count);
ssize_t conclave_write(int descriptor, const void *buffer, size_t count);
// Whether a read or a write would not wait: 1 or 0. What has failed or lost its reader cannot be written to.
int conclave_can_read(int descriptor);
int conclave_can_write(int descriptor);
int conclave_random(void *buffer, size_t count);

// Signals.
int conclave_signals_block(const int *signals, int count);
int conclave_signals_open(const int *signals, int count);   // signalfd
int conclave_signals_next(int descriptor);                  // a signal's number
// Delivers a signal to the calling thread as if nobody had blocked it.
void conclave_signals_deliver(int signal);
void conclave_ignore_sigpipe(void);

// Children: a group of their own, default signals, and no descriptor but these; errors -1 is inherited.
// Spawning stops SIGCHLD from being ignored in this process.
typedef struct {
  int input, output, errors;
} conclave_child_descriptors;
int conclave_spawn(int *process, const char *path, char *_Nullable const *_Nonnull arguments,
                   char *_Nullable const *_Nullable environment, conclave_child_descriptors descriptors);
int conclave_pipe(int *reading, int *writing);      // both ends block, and are closed on exec
int conclave_set_nonblocking(int descriptor);
int conclave_open_log(const char *path);
int conclave_process_descriptor(int process);       // pidfd
int conclave_reap(int process, int *code, int *signal);  // 1: ended, 0: still runs
int conclave_kill_group(int process, int signal);

#pragma clang assume_nonnull end
