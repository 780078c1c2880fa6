// TCP and the resolver. See CConclaveSystem.h.
#include "CConclaveSystem.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static socklen_t to_system(const conclave_address *from, struct sockaddr_storage *to) {
  memset(to, 0, sizeof *to);
  if (from->length == 4) {
    struct sockaddr_in *v4 = (void *)to;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(from->port);
    memcpy(&v4->sin_addr, from->ip, 4);
    return sizeof *v4;
  }
  struct sockaddr_in6 *v6 = (void *)to;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(from->port);
  memcpy(&v6->sin6_addr, from->ip, 16);
  return sizeof *v6;
}

static int from_system(const struct sockaddr *from, conclave_address *to) {
  memset(to, 0, sizeof *to);
  if (from->sa_family == AF_INET) {
    const struct sockaddr_in *v4 = (const void *)from;
    to->length = 4;
    to->port = ntohs(v4->sin_port);
    memcpy(to->ip, &v4->sin_addr, 4);
    return 0;
  }
  if (from->sa_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const void *)from;
    to->length = 16;
    to->port = ntohs(v6->sin6_port);
    memcpy(to->ip, &v6->sin6_addr, 16);
    return 0;
  }
  return -EAFNOSUPPORT;
}

static void tune(int descriptor, int unsent_bytes) {
  int one = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (unsent_bytes > 0)
    setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
}

static int open_socket(const conclave_address *address) {
  int family = address->length == 4 ? AF_INET : AF_INET6;
  int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return descriptor < 0 ? -errno : descriptor;
}

static int failed(int descriptor, int code) {
  close(descriptor);
  return -code;
}

int conclave_listen(const conclave_address *address, int backlog) {
  int descriptor = open_socket(address), one = 1, zero = 0;
  if (descriptor < 0) return descriptor;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (address->length == 16) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
  struct sockaddr_storage raw;
  socklen_t length = to_system(address, &raw);
  if (bind(descriptor, (struct sockaddr *)&raw, length)) return failed(descriptor, errno);
  if (listen(descriptor, backlog)) return failed(descriptor, errno);
  return descriptor;
}

// The connection died in the queue, or the network reported its own trouble here (accept(2)): take the next.
static int concerns_one_connection(int code) {
  switch (code) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET: return 1;
    default: return 0;
  }
}

int conclave_accept(int listener, conclave_address *remote, int unsent_bytes) {
  struct sockaddr_storage raw;
  for (;;) {
    socklen_t length = sizeof raw;
    int descriptor = accept4(listener, (struct sockaddr *)&raw, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) {
      if (concerns_one_connection(errno)) continue;
      return -errno;
    }
    if (from_system((struct sockaddr *)&raw, remote)) {
      close(descriptor);
      continue;
    }
    tune(descriptor, unsent_bytes);
    return descriptor;
  }
}

int conclave_connect(const conclave_address *address, int unsent_bytes) {
  int descriptor = open_socket(address);
  if (descriptor < 0) return descriptor;
  tune(descriptor, unsent_bytes);
  struct sockaddr_storage raw;
  socklen_t length = to_system(address, &raw);
  if (connect(descriptor, (struct sockaddr *)&raw, length) && errno != EINPROGRESS && errno != EINTR)
    return failed(descriptor, errno);
  return descriptor;
}

int conclave_connected(int descriptor) {
  int code = 0;
  socklen_t length = sizeof code;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)) return -errno;
  return -code;
}

int conclave_local_address(int descriptor, conclave_address *address) {
  struct sockaddr_storage raw;
  socklen_t length = sizeof raw;
  if (getsockname(descriptor, (struct sockaddr *)&raw, &length)) return -errno;
  return from_system((struct sockaddr *)&raw, address);
}

int conclave_is_own_peer(int descriptor) {
  struct sockaddr_storage raw;
  socklen_t length = sizeof raw;
  conclave_address ours, theirs;
  if (conclave_local_address(descriptor, &ours)) return 0;
  if (getpeername(descriptor, (struct sockaddr *)&raw, &length)) return 0;
  if (from_system((struct sockaddr *)&raw, &theirs)) return 0;
  return ours.port == theirs.port && ours.length == theirs.length && !memcmp(ours.ip, theirs.ip, ours.length);
}

ssize_t conclave_read_two(int descriptor, void *first, size_t first_count, void *second,
                          size_t second_count) {
  struct iovec parts[2] = {{first, first_count}, {second, second_count}};
  ssize_t done;
  do done = first_count ? readv(descriptor, parts, 2) : recv(descriptor, second, second_count, 0);
  while (done < 0 && errno == EINTR);
  return done < 0 ? -errno : done;
}

void conclave_finish_writing(int descriptor) { shutdown(descriptor, SHUT_WR); }

ssize_t conclave_send(int descriptor, const struct iovec *buffers, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)buffers, .msg_iovlen = count};
  ssize_t done;
  // One buffer is the rule for what has to be quick, and spares the kernel a copy of the heads.
  do
    done = count == 1 ? send(descriptor, buffers->iov_base, buffers->iov_len, MSG_NOSIGNAL)
                      : sendmsg(descriptor, &message, MSG_NOSIGNAL);
  while (done < 0 && errno == EINTR);
  return done < 0 ? -errno : done;
}

int conclave_resolve(const char *name, conclave_address *addresses, int capacity) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;
  int code = getaddrinfo(name, NULL, &hints, &found), saved = errno, count = 0;
  switch (code) {
    case 0: break;
    case EAI_NONAME:
    case EAI_NODATA: return -ENOENT;
    case EAI_AGAIN: return -EAGAIN;
    case EAI_MEMORY: return -ENOMEM;
    case EAI_SYSTEM: return saved ? -saved : -EIO;
    default: return -EIO;
  }
  for (struct addrinfo *each = found; each && count < capacity; each = each->ai_next)
    if (!from_system(each->ai_addr, &addresses[count])) count++;
  freeaddrinfo(found);
  return count;
}
