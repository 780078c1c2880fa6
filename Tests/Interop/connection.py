"""A socket with a handshake and a link on it."""

import select
import socket
import time

from wire import Fault

# More than this does not wait for the socket: who reads slowly is not buried.
WAITING = 1 << 18


class Connection:
    """`begin` makes the link of the keys that the handshake agreed on."""

    def __init__(self, sock, side, begin, patience=10.0):
        self.sock, self.side, self.begin, self.patience = sock, side, begin, patience
        self.link, self.outgoing, self.closed = None, bytearray(), False
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)

    def next_event(self, due):
        """Moves bytes both ways until there is an event."""
        self.wait(due, lambda: self.link is not None and self.link.events)
        return self.link.events.popleft()

    def wait(self, due, is_there):
        """Moves bytes both ways until it is there. Ends the wait with a fault that says what was due."""
        deadline = time.monotonic() + self.patience
        while not is_there():
            missing = due if self.link else "its part of the handshake"
            if self.closed:
                said = "" if self.link is None or self.link.goodbye is None else " with a goodbye"
                raise Fault(f"closed the connection{said} where {missing} was due")
            if time.monotonic() > deadline:
                raise Fault(f"sent nothing for {self.patience:g} s where {missing} was due")
            if self.move(deadline):
                deadline = time.monotonic() + self.patience

    def finish(self):
        """Sends all that waits, the goodbye included, and gives the other side a moment to close."""
        deadline = time.monotonic() + self.patience
        while not self.closed and (self.fill() or not self.link.left):
            if time.monotonic() > deadline:
                raise Fault(f"read nothing for {self.patience:g} s")
            self.move(deadline)
        if not self.closed:
            self.sock.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + 1
        while not self.closed and time.monotonic() < deadline:
            self.move(deadline)
        self.sock.close()

    def fill(self):
        if self.link is None:
            self.outgoing += self.side.outgoing
            self.side.outgoing.clear()
        else:
            while len(self.outgoing) < WAITING and (record := self.link.next_record()):
                self.outgoing += record
        return bool(self.outgoing)

    def move(self, deadline):
        """Whether anything was moved before the deadline."""
        writes = [self.sock] if self.fill() else []
        readable, writable, _ = select.select([self.sock], writes, [], max(0, deadline - time.monotonic()))
        self.transfer(readable, writable)
        return bool(readable or writable)

    def transfer(self, readable, writable):
        """Moves what the socket is ready for."""
        try:
            if writable:
                del self.outgoing[:self.sock.send(self.outgoing)]
            if readable:
                data = self.sock.recv(1 << 16)
                self.closed = not data
                self.receive(data)
        except (ConnectionError, BrokenPipeError):
            self.closed = True

    def receive(self, data):
        if self.link is None:
            self.side.receive(data)
            if self.side.keys is None:
                return
            # The dialer's last frame leaves in front of its first record.
            self.fill()
            self.link = self.begin(self.side.keys)
            data = bytes(self.side.incoming)
        self.link.receive(data)
