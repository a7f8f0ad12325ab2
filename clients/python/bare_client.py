"""What one writes who knows the frame and nothing else: one frame out, one frame in, a new connection for each call."""
import json
import socket
import struct
import sys
import uuid


class RpcError(Exception):
    """args: code (a number), message"""


def read(sock, count):
    data = b""
    while len(data) < count:
        chunk = sock.recv(count - len(data))
        if not chunk:
            raise ConnectionError("closed before the reply was complete")
        data += chunk
    return data


def connect(host, port, timeout):
    sock = socket.create_connection((host, port), timeout)
    if sock.getsockname() == sock.getpeername():  # by chance from the very port where nobody listens
        sock.close()
        raise ConnectionRefusedError("connected to itself: nobody listens there")
    return sock


def call(host, port, method, params=None, timeout=5, attempts=3):
    payload = json.dumps({"id": str(uuid.uuid4()), "method": method, "params": params}).encode()
    while True:
        attempts -= 1
        try:
            with connect(host, port, timeout) as sock:
                sock.sendall(struct.pack(">I", len(payload)) + payload)
                reply = json.loads(read(sock, struct.unpack(">I", read(sock, 4))[0]))
            if reply.get("error"):
                raise RpcError(reply["error"]["code"], reply["error"]["message"])
            return reply["result"]
        except OSError:  # a timeout too: again with the SAME id, by which a server that remembers can tell
            if attempts <= 0:
                raise


if __name__ == "__main__":
    print(call(sys.argv[1], int(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4]) if sys.argv[4:] else None))
