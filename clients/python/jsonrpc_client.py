"""JSON-RPC 2.0 over Tern's framing: 4 bytes of length, then the JSON. A Tern server speaks it unasked."""
import contextlib
import itertools
import json
import socket
import struct
import sys

from bare_client import connect, read


class JsonRpcError(Exception):
    """args: the error object, with code, message and perhaps data"""


class JsonRpc(contextlib.AbstractContextManager):
    def __init__(self, host, port, timeout=5):
        self._sock, self._ids = connect(host, port, timeout), itertools.count(1)

    def __exit__(self, *_):
        self._sock.close()

    def call(self, method, *positional, **named):
        self._request(method, positional or named, id=next(self._ids))
        reply = json.loads(self.receive())
        if "error" in reply:
            raise JsonRpcError(reply["error"])
        return reply["result"]

    def notify(self, method, *positional, **named):
        self._request(method, positional or named)

    def _request(self, method, params, **id):
        self.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params or [], **id}).encode())

    def send(self, payload):
        self._sock.sendall(struct.pack(">I", len(payload)) + payload)

    def receive(self):
        return read(self._sock, struct.unpack(">I", read(self._sock, 4))[0])


def replay(host, port, payloads, quiet=0.5):
    """Yields (payload, reply), a connection for each, so that a silent one cannot shift the rest; None: no reply."""
    for payload in payloads:
        with JsonRpc(host, port, quiet) as peer:
            peer.send(payload)
            try:
                yield payload, peer.receive()
            except socket.timeout:
                yield payload, None


if __name__ == "__main__":  # HOST PORT: replays the input, a payload on each line
    for sent, reply in replay(sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read().splitlines()):
        print(f"--> {sent.decode()}\n<-- {reply.decode() if reply else '(no reply)'}")
