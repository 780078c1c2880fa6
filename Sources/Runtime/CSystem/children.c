// Signals and child processes. See CConclaveSystem.h.
#include "CConclaveSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_of(const int *signals, int count, sigset_t *set) {
  sigemptyset(set);
  for (int i = 0; i < count; i++) sigaddset(set, signals[i]);
}

int conclave_signals_block(const int *signals, int count) {
  sigset_t set;
  set_of(signals, count, &set);
  return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int conclave_signals_open(const int *signals, int count) {
  sigset_t set;
  set_of(signals, count, &set);
  int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int conclave_signals_next(int descriptor) {
  struct signalfd_siginfo received;
  ssize_t count = conclave_read(descriptor, &received, sizeof received);
  if (count < 0) return (int)count;
  return count == sizeof received ? (int)received.ssi_signo : -EIO;
}

void conclave_signals_deliver(int signal) {
  sigset_t set;
  set_of(&signal, 1, &set);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  raise(signal);
}

void conclave_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

int conclave_pipe(int *reading, int *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return -errno;
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}

int conclave_set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) ? -errno : 0;
}

int conclave_open_log(const char *path) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  return descriptor < 0 ? -errno : descriptor;
}

static int describe(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                    conclave_child_descriptors descriptors) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int code = posix_spawn_file_actions_adddup2(actions, descriptors.input, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, descriptors.output, 1);
  if (!code && descriptors.errors >= 0)
    code = posix_spawn_file_actions_adddup2(actions, descriptors.errors, 2);
  if (!code) code = posix_spawn_file_actions_addclosefrom_np(actions, 3);
  if (!code) code = posix_spawnattr_setpgroup(attributes, 0);
  if (!code) code = posix_spawnattr_setsigmask(attributes, &none);
  if (!code) code = posix_spawnattr_setsigdefault(attributes, &all);
  if (!code)
    code = posix_spawnattr_setflags(attributes,
                                    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return code;
}

// A program that started us may have left SIGCHLD ignored; the kernel then forgets how children ended.
static void remember_children(void) {
  struct sigaction now;
  if (sigaction(SIGCHLD, NULL, &now)) return;
  if (now.sa_handler == SIG_IGN || now.sa_flags & SA_NOCLDWAIT) {
    now.sa_flags &= ~SA_NOCLDWAIT;
    if (now.sa_handler == SIG_IGN) now.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &now, NULL);
  }
}

int conclave_spawn(int *process, const char *path, char *const *arguments, char *const *environment,
                   conclave_child_descriptors descriptors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&actions)) return -ENOMEM;
  if (posix_spawnattr_init(&attributes)) {
    posix_spawn_file_actions_destroy(&actions);
    return -ENOMEM;
  }
  remember_children();
  pid_t started = -1;
  int code = describe(&actions, &attributes, descriptors);
  char *const *variables = environment ? environment : environ;
  if (!code) code = posix_spawn(&started, path, &actions, &attributes, arguments, variables);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  *process = started;
  return -code;
}

int conclave_process_descriptor(int process) {
  // pidfd_open is close-on-exec by itself.
  int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int conclave_reap(int process, int *code, int *signal) {
  int status = 0;
  pid_t ended;
  do ended = waitpid(process, &status, WNOHANG);
  while (ended < 0 && errno == EINTR);
  if (ended < 0) return -errno;
  if (ended == 0) return 0;
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return 1;
}

int conclave_kill_group(int process, int signal) { return kill(-process, signal) ? -errno : 0; }
