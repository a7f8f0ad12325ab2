"""A beginner's server: a thread for each connection, one frame in, one frame out; the bare dialect."""
import json
import socketserver
import struct
import sys
import threading

counters, lock = {}, threading.Lock()


def divide(a, b):
    if b == 0:
        raise ArithmeticError("division by zero")
    return a / b


def inc(key, delta=1):
    with lock:
        counters[key] = counters.get(key, 0) + delta
        return {"key": key, "value": counters[key]}


METHODS = {"add": lambda a, b: a + b, "divide": divide, "echo": lambda value: value, "inc": inc,
           "get": lambda key: {"key": key, "value": counters.get(key, 0)}}


def answer(payload):
    id = None
    try:
        request = json.loads(payload)
        id, method, params = request.get("id"), request["method"], request.get("params") or {}
        if method not in METHODS:
            return {"id": id, "error": {"code": -32601, "message": f"unknown method: {method}"}}
        result = METHODS[method](*params) if isinstance(params, list) else METHODS[method](**params)
        return {"id": id, "result": result}
    except ValueError:
        return {"id": None, "error": {"code": -32700, "message": "not JSON"}}
    except Exception as e:
        return {"id": id, "error": {"code": -32000, "message": str(e)}}


class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        while len(prefix := self.rfile.read(4)) == 4:
            length, = struct.unpack(">I", prefix)
            payload = self.rfile.read(length) if length <= 1 << 24 else b""
            if not payload or len(payload) < length:
                return  # no frame that we can read
            reply = json.dumps(answer(payload)).encode()
            self.wfile.write(struct.pack(">I", len(reply)) + reply)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


if __name__ == "__main__":
    with Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Connection) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
