#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#if MHD_VERSION < 0x00097100
#error "Conclave needs libmicrohttpd 0.9.71 or later: callbacks return enum MHD_Result since then."
#endif

// A listening socket on the address, 4 or 16 bytes in network order; or an errno below zero. Ours rather than
// the library's: only so is it known why it could not be had, and which port was taken.
static inline int conclave_http_listen(const void *ip, int bytes, uint16_t port, int backlog) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  int is_four = bytes == 4;
  memcpy(is_four ? (void *)&four.sin_addr : (void *)&six.sin6_addr, ip, is_four ? 4 : 16);
  int socket_ = socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return -errno;
  int on = 1;
  setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!is_four) setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  const void *address = is_four ? (const void *)&four : (const void *)&six;
  if (bind(socket_, address, is_four ? sizeof four : sizeof six) != 0 || listen(socket_, backlog) != 0) {
    int code = errno;
    close(socket_);
    return -code;
  }
  return socket_;
}

// The port that a listening socket has.
static inline uint16_t conclave_http_port(int socket_) {
  struct sockaddr_in6 address = {0};
  socklen_t length = sizeof address;
  if (getsockname(socket_, (struct sockaddr *)&address, &length) != 0) return 0;
  return ntohs(address.sin6_port);  // stands at the same place in both families
}

// Here because Swift calls no function with a variable number of arguments. Takes the socket over unless it
// fails.
static inline struct MHD_Daemon *conclave_http_start(
    int socket_, unsigned int connections, unsigned int per_ip, size_t request_bytes,
    unsigned int idle_seconds, MHD_AccessHandlerCallback answer, MHD_NotifyConnectionCallback notify,
    MHD_RequestCompletedCallback completed, void *owner) {
  return MHD_start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, answer, owner,
      MHD_OPTION_LISTEN_SOCKET, socket_, MHD_OPTION_CONNECTION_LIMIT, connections,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_ip, MHD_OPTION_CONNECTION_MEMORY_LIMIT, request_bytes,
      MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_NOTIFY_CONNECTION, notify, owner,
      MHD_OPTION_NOTIFY_COMPLETED, completed, owner, MHD_OPTION_END);
}

static inline int conclave_http_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *about =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return about ? about->connect_fd : -1;
}
