"""Read by pyright alone (../check-types): what the types of tern.py allow, and what they do not."""
import ssl

import tern

client = tern.Client("127.0.0.1", 7070, timeout=5, tls=tern.tls_context(ca="ca.pem"), attempts=5)
reply: tern.Reply = client.exchange("inc", {"key": "k"}, effect="once", meta={"tenant": "acme"}, cancel=tern.Cancel())
said: "dict[str, str]" = reply.meta
client.notify("log", [reply.result])
try:
    client.call("add", (1, 2), timeout=0.5, auth="token")
except tern.TernError as e:
    verdict: str = e.executed
    print(e.code, e.details.get("retry_after_ms"), e.key)
context: ssl.SSLContext = tern.tls_context()

client.call("add", 5)  # pyright: ignore[reportArgumentType]
client.call(5)  # pyright: ignore[reportArgumentType]
client.call("add", timeout="1")  # pyright: ignore[reportArgumentType]
tern.Client("127.0.0.1", "7070")  # pyright: ignore[reportArgumentType]
