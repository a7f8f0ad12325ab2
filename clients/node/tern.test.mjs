// The client against servers that follow a script, the awkward ones above all. Run: node --test tern.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";
import test from "node:test";
import { Client, TernError, parse, write } from "./tern.mjs";

const FOREVER = 10_000; // ms; a test that gets there has failed
const KEY = "0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab";
const HELLO = { versions: [1], limits: { frame_bytes: 1000 }, heartbeat_ms: 20_000, dedup: "store-1", window_ms: 600_000,
  store_ms: 5_000 };
const VECTORS = new URL("../../protocol/src/test/resources/vectors/", import.meta.url);

function frame(message) {
  const payload = Buffer.isBuffer(message) ? message : Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}

/** The server's end of one connection, as a script sees it. */
class Peer {
  #bytes = Buffer.alloc(0);
  #wake = () => {};
  isOver = false;
  cancelled = [];

  constructor(socket, hello) {
    this.socket = socket;
    this.hello = hello;
    const woken = (change) => (value) => {
      change(value);
      this.#wake();
    };
    socket.on("data", woken((chunk) => (this.#bytes = Buffer.concat([this.#bytes, chunk]))));
    socket.on("end", woken(() => (this.isOver = true)));
    socket.on("close", woken(() => (this.isOver = true)));
    socket.on("error", () => {});
  }

  async message() {
    for (;;) {
      if (this.#bytes.length >= 4 && this.#bytes.length >= 4 + this.#bytes.readUInt32BE()) {
        const end = 4 + this.#bytes.readUInt32BE();
        const message = JSON.parse(this.#bytes.subarray(4, end).toString());
        this.#bytes = this.#bytes.subarray(end);
        return message;
      }
      if (this.isOver) throw new Error("closed before a message was complete");
      await new Promise((resolve) => (this.#wake = resolve));
    }
  }

  /** The next call. Hello is answered in passing, as by a server that does not know it, unless there is an answer. */
  async request() {
    for (;;) {
      const message = await this.message();
      if (message.method === "rpc.hello") this.greet(message);
      else if (message.method === "rpc.cancel") this.cancelled.push(message.params.id);
      else return message;
    }
  }

  /** The next frame, which is a batch. */
  async requestBatch() {
    for (;;) {
      const message = await this.message();
      if (Array.isArray(message)) return message;
      this.greet(message);
    }
  }

  answerBatch(batch, result) {
    this.send(batch.map(({ id }) => ({ id, ok: true, result })));
  }

  greet({ id }) {
    if (this.hello) this.answer({ id }, this.hello);
    else this.fail({ id }, "METHOD_NOT_FOUND", "no");
  }

  send(message) {
    this.socket.write(frame(message));
  }

  answer({ id }, result) {
    this.send({ id, ok: true, result });
  }

  fail({ id }, code, executed, details = {}, more = {}) {
    this.send({ id, ok: false, error: { code, message: "m", details, executed }, ...more });
  }

  async untilClosed() {
    while (!this.isOver) await new Promise((resolve) => (this.#wake = resolve));
  }
}

/** A client of a server that gives each connection in turn to the next script, and refuses whoever comes after the last. */
async function scripted(t, scripts, { hello, ...options } = {}) {
  const failures = [];
  const running = [];
  let next = 0;
  const server = net.createServer((socket) => {
    const script = scripts[next++];
    if (next === scripts.length) server.close();
    running.push(script(new Peer(socket, hello)).catch((e) => failures.push(e)).finally(() => socket.end()));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new Client("127.0.0.1", server.address().port, { timeout: FOREVER, ...options });
  t.after(async () => {
    await client.close();
    server.close();
    await Promise.all(running);
    assert.deepEqual(failures, []);
  });
  return client;
}

async function fails(code, executed, promise) {
  let error;
  await assert.rejects(promise, (e) => {
    error = e;
    assert(e instanceof TernError, e);
    assert.deepEqual([e.code, e.executed], [code, executed], e.toString());
    return true;
  });
  return error;
}

/** Nobody listens there any more: a call waits for a connection, and has certainly not run. */
const gone = (client) => fails("UNAVAILABLE", "no", client.call("x", null, { timeout: 100 }));

function nested(levels) {
  let value = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

// --- requests

test("a call has id, method, params and meta", async (t) => {
  let request;
  const client = await scripted(t, [async (peer) => peer.answer((request = await peer.request()), null)]);
  await client.call("add", { a: 1, b: 2 }, { timeout: 5000, meta: { tenant: "żółw 🦜" }, auth: "secret", idempotent: true });
  const { meta, ...rest } = request;
  assert.deepEqual(rest, { id: 1, method: "add", params: { a: 1, b: 2 } });
  const { timeout_ms: timeout, ...said } = meta;
  assert.deepEqual(said, { v: 1, md: { tenant: "żółw 🦜" }, auth: "secret", idempotent: true });
  assert(timeout > 3000 && timeout < 5000, timeout);
});

test("absent params are not sent, and a notification has no id", async (t) => {
  const seen = [];
  const client = await scripted(t, [async (peer) => {
    seen.push(await peer.request(), await peer.request());
    peer.answer(seen[1], null);
  }]);
  await client.notify("log");
  await client.call("sync");
  assert.deepEqual(Object.keys(seen[0]), ["method", "meta"]);
  assert.deepEqual(Object.keys(seen[1]), ["id", "method", "meta"]);
});

test("what a server would not read is refused before anything is sent, and harms no other call", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const other = await peer.request();
    assert.equal((await peer.request()).method, "next");
    peer.answer(other, "unharmed");
    peer.answer({ id: 2 }, null);
  }]);
  const other = client.call("other");
  const circle = [];
  circle.push(circle);
  const params = [{ a: nested(63) }, { a: nested(70) }, circle, [NaN], [Infinity], [10n ** 1000n], { ["n".repeat(257)]: 1 }, ["\ud800"],
    [() => 1], [Symbol("x")], [undefined], [new Map()], Buffer.from("x"), "x", 5, true];
  for (const wrong of params) await fails("BAD_REQUEST", "no", client.call("x", wrong));
  for (const method of ["", "log me", "ż", "x".repeat(257), "a\nb", null, 5]) await fails("BAD_REQUEST", "no", client.call(method));
  for (const meta of [[], { "": "x" }, { "a b": "x" }, { a: 5 }, { a: "\n" }, { a: "\ud800" }, { n: "x".repeat(8192) },
    { n: '"'.repeat(4096) }, Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`n${i}`, ""]))]) {
    await fails("BAD_REQUEST", "no", client.call("x", null, { meta }));
  }
  for (const words of [{ auth: "" }, { auth: "a\nb" }, { auth: 5 }, { tracestate: "y".repeat(16384) }, { attempt: 0 }, { attempt: 1.5 }]) {
    await fails("BAD_REQUEST", "no", client.call("x", null, words));
  }
  await client.call("next");
  assert.equal(await other, "unharmed");
});

test("what stands at the limits is sent", async (t) => {
  const seen = [];
  const values = [{ a: nested(62) }, { ["ż".repeat(128)]: 1 }, [10n ** 999n]];
  const client = await scripted(t, [async (peer) => {
    for (const _ of values) peer.answer((seen.push(await peer.request()), seen.at(-1)), 1);
  }]);
  for (const value of values) assert.equal(await client.call("x", value), 1);
  assert.deepEqual(seen[0].params, values[0]);
});

test("arguments that are none say what was expected", async (t) => {
  const client = await scripted(t, [async (peer) => peer.answer(await peer.request(), 1)]);
  for (const timeout of [0, -1, NaN, Infinity, -Infinity, "5", true, 1e10]) {
    await assert.rejects(client.call("x", null, { timeout }), /timeout: .* \(expected: milliseconds, more than 0/);
    assert.throws(() => new Client("h", 1, { timeout }), RangeError);
    assert.throws(() => new Client("h", 1, { attemptTimeout: timeout }), RangeError);
  }
  for (const port of [0, -1, 65536, 1.5, "1", undefined]) assert.throws(() => new Client("h", port), /port: /);
  for (const host of ["", 5, undefined]) assert.throws(() => new Client(host, 1), /host: /);
  for (const limit of [0, 1.5, 2 ** 27 + 1]) assert.throws(() => new Client("h", 1, { limit }), /limit: /);
  for (const attempts of [0, 101, "3"]) assert.throws(() => new Client("h", 1, { attempts }), /attempts: /);
  assert.throws(() => new Client("h", 1, { retries: 3 }), /retries \(expected: timeout, /);
  await assert.rejects(client.call("x", null, { effect: "safe" }), /effect: "safe"/);
  await assert.rejects(client.call("x", null, { timeout_ms: 5 }), /timeout_ms \(expected: timeout, /);
  assert.equal(await client.call("x"), 1);
});

test("a token goes to no other machine without TLS, unless it may", async (t) => {
  for (const allowPlainTokens of [false, true]) {
    const client = await scripted(t, [async (peer) => {
      const request = await peer.request();
      peer.answer(request, request.meta.auth ?? "none");
      await peer.untilClosed();
    }], { allowPlainTokens });
    const { connect } = net;
    net.connect = (options) => Object.defineProperty(connect(options), "remoteAddress", { value: "192.0.2.2" });
    try {
      await client.connect();
    } finally {
      net.connect = connect;
    }
    if (allowPlainTokens) assert.equal(await client.call("x", null, { auth: "secret" }), "secret");
    else {
      await fails("UNAUTHORIZED", "no", client.call("x", null, { auth: "secret" }));
      assert.equal(await client.call("x"), "none");
    }
  }
});

// --- replies

test("replies in each dialect, with metadata, and with integers of any size", async (t) => {
  const replies = [
    ['"ok":true,"result":null', null], ['"ok":true,"result":3,"error":null,"later":[]', 3], ['"result":3', 3],
    ['"jsonrpc":"2.0","result":[3]', [3]], ['"ok":true,"result":9007199254740993', 9007199254740993n],
    ['"ok":true,"result":[18446744073709551615,-9223372036854775808,9007199254740991]',
      [18446744073709551615n, -9223372036854775808n, 9007199254740991]],
    ['"ok":true,"result":{"__proto__":{"a":1}}', JSON.parse('{"__proto__":{"a":1}}')],
  ];
  const client = await scripted(t, [async (peer) => {
    for (const [members] of replies) peer.send(`{"id":${(await peer.request()).id},${members}}`);
    peer.send({ id: (await peer.request()).id, ok: true, result: 1, meta: { md: { region: "north" }, replayed: true } });
    peer.send({ id: (await peer.request()).id, ok: true, result: 1, meta: { md: { region: 7 }, replayed: "yes" } });
  }]);
  for (const [, expected] of replies) assert.deepEqual(await client.call("x"), expected);
  assert.deepEqual(await client.exchange("x"), { result: 1, meta: { region: "north" }, replayed: true });
  assert.deepEqual(await client.exchange("x"), { result: 1, meta: {}, replayed: false });
});

test("errors have a code and a verdict, in each dialect", async (t) => {
  const errors = [
    ['"ok":false,"error":{"code":"OUT_OF_STOCK","message":"m","executed":"yes"}', "OUT_OF_STOCK", "yes"],
    ['"ok":false,"error":{"code":"INTERNAL","message":"m","executed":"perhaps"}', "INTERNAL", "maybe"],
    ['"jsonrpc":"2.0","error":{"code":-32000,"message":"m","data":{"code":"X","executed":"no"}}', "X", "no"],
    ['"error":{"code":-32601,"message":"m"}', "METHOD_NOT_FOUND", "no"],
    ['"error":{"code":-32050,"message":"m","data":"why"}', "ERROR", "maybe"],
    ['"ok":1,"result":1', "INTERNAL", "yes"], ['"ok":true', "INTERNAL", "maybe"], ['"ok":false,"error":"x"', "INTERNAL", "maybe"],
    ['"ok":true,"result":1,"error":{"code":"X","message":"m"}', "INTERNAL", "yes"],
    ['"ok":false,"error":{"code":"a b","message":"m"}', "INTERNAL", "maybe"],
    [`"ok":true,"result":${"[".repeat(64)}${"]".repeat(64)}`, "INTERNAL", "yes"],
    [`"ok":true,"result":${"[".repeat(200_000)}${"]".repeat(200_000)}`, "INTERNAL", "yes"],
    ['"ok":true,"result":1e400', "INTERNAL", "yes"], [`"ok":true,"result":${"1".repeat(1001)}`, "INTERNAL", "yes"],
  ];
  const client = await scripted(t, [async (peer) => {
    for (const [members] of errors) peer.send(`{"id":${(await peer.request()).id},${members}}`);
    peer.answer(await peer.request(), nested(63));
  }]);
  for (const [, code, executed] of errors) await fails(code, executed, client.call("x"));
  assert.deepEqual(await client.call("x"), nested(63));
});

test("a reply over the limit fails its call alone", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const [other, big] = [await peer.request(), await peer.request()];
    peer.answer(big, "x".repeat(200_000));
    peer.answer(other, "unharmed");
  }], { limit: 1000 });
  const other = client.call("other");
  await fails("TOO_LARGE", "yes", client.call("big"));
  assert.equal(await other, "unharmed");
  await fails("TOO_LARGE", "no", client.call("echo", ["x".repeat(1000)]));
});

test("a reply that is no message ends the connection and every call on it", async (t) => {
  const wrong = { "not JSON": "{", "not UTF-8": Buffer.from('{"id":1,"ok":true,"result":"\xff"}', "latin1"), "an array": "[]",
    NaN: '{"id":1,"ok":true,"result":NaN}', "a name twice": '{"id":1,"ok":true,"result":1,"\\u0072esult":2}',
    "half a pair": '{"id":1,"ok":true,"result":["\\ud800"]}', "no id": '{"ok":true,"result":1}', "a BOM": "\ufeff{}",
    "an error that is none": '{"id":null,"error":7}' };
  for (const [name, payload] of Object.entries(wrong)) {
    await t.test(name, async (t) => {
      const client = await scripted(t, [async (peer) => {
        await peer.request();
        peer.send(payload);
        await peer.untilClosed();
      }]);
      await Promise.all([fails("PARSE_ERROR", "maybe", client.call("x")), fails("PARSE_ERROR", "maybe", client.call("y"))]);
      await gone(client);
    });
  }
});

test("a length that is none ends the connection", async (t) => {
  for (const [length, code] of [[0, "PARSE_ERROR"], [2 ** 27 + 1, "TOO_LARGE"], [0x48545450, "TOO_LARGE"]]) {
    const client = await scripted(t, [async (peer) => {
      await peer.request();
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32BE(length);
      peer.socket.write(prefix);
      await peer.untilClosed();
    }]);
    await fails(code, "maybe", client.call("x"));
  }
});

test("half a reply, a reset, and the end are maybe for what was sent", async (t) => {
  const ends = {
    half: (peer, request) => peer.socket.end(frame({ id: request.id, ok: true, result: 1 }).subarray(0, -1)),
    reset: (peer) => (peer.socket.resetAndDestroy ? peer.socket.resetAndDestroy() : peer.socket.destroy()),
    end: (peer) => peer.socket.end(),
  };
  for (const end of Object.values(ends)) {
    const client = await scripted(t, [async (peer) => end(peer, await peer.request())]);
    await fails("UNAVAILABLE", "maybe", client.call("x"));
    await gone(client);
  }
});

test("bytes may come one by one, and two replies at once in any order", async (t) => {
  const client = await scripted(t, [async (peer) => {
    for (const byte of frame({ id: (await peer.request()).id, ok: true, result: "🦜" })) peer.socket.write(Buffer.from([byte]));
    const [first, second] = [await peer.request(), await peer.request()];
    peer.socket.write(Buffer.concat([second, first].map(({ id, params }) => frame({ id, ok: true, result: params }))));
    const large = await peer.request();
    peer.answer(large, large.params[0]);
  }]);
  assert.equal(await client.call("x"), "🦜");
  assert.deepEqual(await Promise.all([client.call("x", ["a"]), client.call("x", ["b"])]), [["a"], ["b"]]);
  const text = "x".repeat(5_000_000);
  assert.equal(await client.call("x", [text]), text);
});

test("a reply to no call is passed over", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const request = await peer.request();
    for (const id of ['"1"', "1.5", "true", "99", '"ping"', "18446744073709551615"]) peer.send(`{"id":${id},"ok":true,"result":"stray"}`);
    peer.answer(request, "ours");
    peer.answer(request, "again");
    peer.answer(await peer.request(), "next");
  }]);
  assert.deepEqual([await client.call("x"), await client.call("x")], ["ours", "next"]);
});

const ORPHAN = { jsonrpc: "2.0", id: null, error: { code: -32009, message: "m", data: { code: "TOO_LARGE", executed: "no" } } };

test("an error without an id is believed if one call is unanswered", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const request = await peer.request();
    for (const id of [request.id, "hello"]) { // of a frame that the network has repeated
      peer.send({ ...ORPHAN, error: { ...ORPHAN.error, data: { code: "BAD_REQUEST", executed: "no", details: { id } } } });
    }
    peer.send(ORPHAN);
    await peer.request();
    await peer.request();
    peer.send(ORPHAN);
    await peer.untilClosed();
  }]);
  await fails("TOO_LARGE", "no", client.call("x"));
  await Promise.all([fails("UNAVAILABLE", "maybe", client.call("x")), fails("UNAVAILABLE", "maybe", client.call("x"))]);
});

test("while hello is unanswered what comes next tells whose it is", async (t) => {
  const both = async (peer) => [await peer.message(), await peer.message()];
  const hellos = await scripted(t, [async (peer) => {
    const [, call] = await both(peer);
    peer.send(ORPHAN);
    peer.answer(call, "then it was the hello's");
    await peer.untilClosed();
  }]);
  assert.equal(await hellos.call("x"), "then it was the hello's");
  const calls = await scripted(t, [async (peer) => {
    const [hello] = await both(peer);
    peer.send(ORPHAN);
    peer.greet(hello);
    await peer.untilClosed();
  }]);
  await fails("TOO_LARGE", "no", calls.call("x"));
});

test("a server that wants TLS has read nothing", async (t) => {
  const data = { code: "UNSUPPORTED", executed: "no", details: { stage: "tls_handshake" } };
  const client = await scripted(t, [async (peer) => {
    await peer.request();
    await peer.request();
    peer.send({ jsonrpc: "2.0", id: null, error: { code: -32010, message: "this port speaks TLS", data } });
    await peer.untilClosed();
  }]);
  await Promise.all([fails("UNSUPPORTED", "no", client.call("x")), fails("UNSUPPORTED", "no", client.call("x"))]);
});

test("a peer that sends back what it is sent is named, and promises nothing", async (t) => {
  const hellos = async (peer) => {
    const hello = await peer.message();
    await peer.message();
    peer.send(hello);
    await peer.untilClosed();
  };
  const calls = async (peer) => {
    await peer.message();
    peer.send(await peer.message()); // the client offers no such method, says so, and hears that back
    peer.send(await peer.message());
    await peer.untilClosed();
  };
  for (const script of [hellos, calls]) {
    const client = await scripted(t, [script]);
    const e = await fails("UNAVAILABLE", "maybe", client.call("x"));
    assert.match(e.message, /sends back what it is sent/);
  }
});

// --- deadlines, cancel, close

test("a silent server is TIMEOUT, maybe; it is told, and its late reply harms nobody", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const late = await peer.request();
    assert.deepEqual(await peer.message(), { method: "rpc.cancel", params: { id: late.id }, meta: {} });
    peer.answer(late, "late");
    peer.answer(await peer.request(), "in time");
  }]);
  await client.connect();
  await fails("TIMEOUT", "maybe", client.call("x", null, { timeout: 300 }));
  assert.equal(await client.call("x"), "in time");
});

test("a server that reads nothing costs its calls their time, and what has not begun is no", async (t) => {
  let over;
  const isOver = new Promise((resolve) => (over = resolve));
  const client = await scripted(t, [async (peer) => {
    peer.socket.pause();
    await isOver;
    peer.socket.destroy();
  }], { limit: 2 ** 26 });
  await client.connect();
  const large = client.call("x", ["x".repeat(20_000_000)], { timeout: 3000 }); // more than the system takes for a peer
  const behind = client.call("behind", null, { timeout: 3000 });
  await Promise.all([fails("TIMEOUT", "maybe", large), fails("TIMEOUT", "no", behind)]);
  over();
});

test("an aborted call ends at once and the server is told", async (t) => {
  const abort = new AbortController();
  const client = await scripted(t, [async (peer) => {
    const request = await peer.request();
    abort.abort();
    assert.equal((await peer.message()).params.id, request.id);
    peer.answer(await peer.request(), "next");
  }]);
  await fails("CANCELLED", "maybe", client.call("x", null, { signal: abort.signal }));
  await fails("CANCELLED", "no", client.call("x", null, { signal: AbortSignal.abort(), key: KEY }));
  assert.equal(await client.call("x"), "next");
});

test("a call that is aborted between two attempts ends with what they have come to", async (t) => {
  const abort = new AbortController();
  const client = await scripted(t, [async (peer) => {
    peer.fail(await peer.request(), "SERVER_BUSY", "no", { retry_after_ms: 5000 });
    peer.send({ id: "p", method: "rpc.ping", meta: {} });
    assert.equal((await peer.message()).id, "p"); // so it has read the error, too
    abort.abort();
    await peer.untilClosed();
  }]);
  await fails("CANCELLED", "no", client.call("x", null, { signal: abort.signal }));
});

test("a client that is closed cancels what runs", async (t) => {
  let received;
  const isThere = new Promise((resolve) => (received = resolve));
  const client = await scripted(t, [async (peer) => {
    const request = await peer.request();
    received();
    assert.equal((await peer.message()).params.id, request.id);
    await peer.untilClosed();
  }]);
  const call = fails("UNAVAILABLE", "maybe", client.call("x"));
  await isThere;
  await client.close();
  await call;
  await fails("UNAVAILABLE", "no", client.call("x"));
});

test("a refused connection is no, at once when it is asked for, else at the deadline", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  const client = new Client("127.0.0.1", port);
  await fails("UNAVAILABLE", "no", client.connect());
  const e = await fails("UNAVAILABLE", "no", client.call("x", null, { timeout: 100 }));
  assert.match(e.message, /in time; before: .*ECONNREFUSED/);
  for (const host of ["é..x", "x".repeat(64), "a\0b"]) await fails("UNAVAILABLE", "no", new Client(host, 1).connect());
});

// --- hello, goaway, heartbeats

test("hello is said on each connection, ahead of its calls", async (t) => {
  const seen = [];
  const script = async (peer) => {
    seen.push(await peer.message());
    peer.answer(await peer.message(), null);
    peer.socket.end();
  };
  const client = await scripted(t, [script, script]);
  await client.call("x");
  await client.call("x", null, { effect: "read" });
  const hello = { id: "hello", method: "rpc.hello", params: { versions: [1], accepts: ["rpc.goaway", "rpc.ping"] }, meta: {} };
  assert.deepEqual(seen, [hello, hello]);
});

test("a call with a key waits for it, and says which store and when", async (t) => {
  let request;
  const client = await scripted(t, [async (peer) => {
    peer.answer(await peer.message(), HELLO);
    peer.answer((request = await peer.request()), 1);
  }]);
  assert.equal(await client.call("inc", null, { key: KEY }), 1);
  const { key, dedup, first_ms: first, attempt } = request.meta;
  assert.deepEqual([key, dedup, attempt], [KEY, "store-1", undefined]);
  assert(first >= 5_000 && first < 5_000 + FOREVER, first);
});

test("a request longer than the server reads is refused from 16 KiB on", async (t) => {
  const client = await scripted(t, [async (peer) => {
    peer.answer(await peer.request(), 1);
    peer.answer(await peer.request(), 2);
  }], { hello: HELLO });
  assert.equal(await client.call("x", ["x".repeat(16_000)]), 1);
  await fails("TOO_LARGE", "no", client.call("x", ["x".repeat(17_000)]));
  assert.equal(await client.call("x"), 2);
});

test("after goaway what runs ends there, and new calls go to a new connection", async (t) => {
  let told;
  let done;
  const isTold = new Promise((resolve) => (told = resolve));
  const isDone = new Promise((resolve) => (done = resolve));
  const client = await scripted(t, [async (peer) => {
    const request = await peer.request();
    peer.send({ method: "rpc.goaway", meta: {} });
    peer.send({ id: "p", method: "rpc.ping", meta: {} });
    assert.deepEqual(await peer.message(), { id: "p", ok: true, result: null }); // so it has read the goaway, too
    told();
    await isDone;
    peer.answer(request, "old");
    await peer.untilClosed(); // the client closes first
  }, async (peer) => {
    peer.answer(await peer.request(), "new");
    await peer.untilClosed();
  }]);
  const first = client.call("x");
  await isTold;
  assert.equal(await client.call("x"), "new");
  done();
  assert.equal(await first, "old");
});

test("a call that was turned away goes to the next connection, and that is no attempt", async (t) => {
  const away = async (peer) => {
    peer.fail(await peer.request(), "UNAVAILABLE", "no", { stage: "server_going_away" });
    await peer.untilClosed();
  };
  const client = await scripted(t, [away, away, away, async (peer) => peer.answer(await peer.request(), "there")], { attempts: 1 });
  assert.equal(await client.call("x"), "there");
});

test("anything else that a server asks is not offered", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const request = await peer.request();
    peer.send({ method: "rpc.ping", meta: {} });
    peer.send('{"id":18446744073709551615,"method":"x","meta":{}}');
    const { error } = await peer.message();
    assert.deepEqual([error.code, error.executed], ["METHOD_NOT_FOUND", "no"]);
    peer.answer(request, "done");
  }]);
  assert.equal(await client.call("x"), "done");
});

test("a silent server is asked while calls wait", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const request = await peer.request();
    for (let i = 0; i < 2; i++) {
      const ping = await peer.message();
      assert.equal(ping.method, "rpc.ping");
      peer.answer(ping, null);
    }
    peer.answer(request, "done");
    await peer.untilClosed();
  }], { hello: { ...HELLO, heartbeat_ms: 100 } });
  assert.equal(await client.call("x"), "done");
});

// --- retries

test("what has certainly not run is made again, as the first attempt", async (t) => {
  const attempts = [];
  const client = await scripted(t, [async (peer) => {
    for (let i = 0; i < 2; i++) {
      const request = await peer.request();
      attempts.push(request.meta.attempt);
      peer.fail(request, "SERVER_BUSY", "no", { retry_after_ms: 1 });
    }
    peer.answer(await peer.request(), "third");
  }]);
  assert.equal(await client.call("x"), "third");
  assert.deepEqual(attempts, [undefined, undefined]);
});

test("three attempts, then the error with the highest verdict", async (t) => {
  const attempts = [];
  const client = await scripted(t, [async (peer) => {
    for (const [code, executed] of [["TIMEOUT", "maybe"], ["SERVER_BUSY", "no"], ["SERVER_BUSY", "no"]]) {
      const request = await peer.request();
      attempts.push(request.meta.attempt);
      peer.fail(request, code, executed);
    }
    await peer.untilClosed();
  }]);
  const e = await fails("SERVER_BUSY", "maybe", client.call("get", null, { effect: "read" }));
  assert.equal(e.attempts, 3);
  assert.deepEqual(attempts, [undefined, 2, 3]);
});

test("what would do harm or fail again is not made again", async (t) => {
  const cases = [
    ["TIMEOUT", "maybe", {}, {}, {}], ["TIMEOUT", "maybe", { effect: "read", repeated: true }, {}, {}],
    ["FORBIDDEN", "no", { effect: "read" }, {}, {}], ["INTERNAL", "maybe", { effect: "read" }, {}, {}],
    ["TIMEOUT", "maybe", { effect: "read" }, {}, { meta: { replayed: true } }],
    ["SERVER_BUSY", "no", {}, { retry_after_ms: 60_000 }, {}], ["TIMEOUT", "maybe", { key: KEY }, {}, {}],
  ];
  for (const [code, executed, options, details, more] of cases) {
    const client = await scripted(t, [async (peer) => {
      peer.fail(await peer.request(), code, executed, details, more);
      await peer.untilClosed();
    }]);
    await fails(code, executed, client.call("x", null, options));
  }
});

test("an operation keeps its key and its beginning over connections", async (t) => {
  const seen = [];
  const client = await scripted(t, [async (peer) => {
    seen.push((await peer.request()).meta);
  }, async (peer) => {
    peer.hello = { ...HELLO, dedup: "store-2", store_ms: 1 };
    const request = await peer.request();
    seen.push(request.meta);
    peer.answer(request, 1);
  }], { hello: HELLO });
  assert.equal(await client.call("inc", null, { effect: "once" }), 1);
  const [first, second] = seen;
  assert.deepEqual([second.key, second.dedup, second.first_ms, second.attempt], [first.key, "store-1", first.first_ms, 2]);
});

test("STALE where nothing may have run is no, and hello is asked again once", async (t) => {
  const stores = [];
  const client = await scripted(t, [async (peer) => {
    for (let i = 0; i < 2; i++) {
      const request = await peer.request();
      stores.push(request.meta.dedup);
      peer.hello = { ...HELLO, dedup: "store-2" };
      peer.fail(request, "STALE", "maybe");
    }
    await peer.untilClosed();
  }], { hello: HELLO });
  await fails("STALE", "no", client.call("inc", null, { key: KEY }));
  assert.deepEqual(stores, ["store-1", "store-2"]);
});

test("an attempt can have a deadline of its own", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const [lost, second] = [await peer.request(), await peer.request()];
    assert(lost.meta.timeout_ms <= 200, lost.meta.timeout_ms);
    assert.deepEqual(peer.cancelled, [lost.id]);
    peer.answer(second, "second");
  }], { attemptTimeout: 200 });
  await client.connect();
  assert.equal(await client.call("x", null, { effect: "read" }), "second");
});

// --- JSON

test("the reader takes strict JSON and nothing else", () => {
  const good = ["{}", "[]", " [1 , 2 ] ", '"\\u00e9\\ud83e\\udd9c\\/"', "-0", "1.5e-7", "1E2", "true", '{"a":{"a":[null]}}', '""'];
  for (const text of good) assert.deepEqual(parse(text), JSON.parse(text), text);
  const bad = ["", " ", "{", "[1,]", '{"a":1,}', "01", "1.", ".5", "+1", "-", "NaN", "tru", "'a'", '"a', '"\n"', '"\\x41"', '"\\u12g4"',
    '"\\ud800"', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', "{a:1}", "1 2", "[1]]", "// x\n1", "\ufeff1", "\u00a01", '{"__proto__":1,"__proto__":2}'];
  for (const text of bad) assert.throws(() => parse(text), SyntaxError, text);
});

test("integers beyond 2^53 are bigint, and come back as they went", () => {
  for (const text of ["9007199254740991", "-9007199254740991", "9007199254740992", "18446744073709551615", "-9223372036854775808",
    "1".repeat(1000), "0", "[9007199254740993,{\"a\":-9007199254740993}]"]) assert.equal(write(parse(text)), text);
  assert.equal(typeof parse("9007199254740991"), "number");
  assert.equal(typeof parse("9007199254740992"), "bigint");
});

test("the writer writes what JSON.stringify does, but for what no server reads", () => {
  for (const value of [null, true, 0.1, -1e21, 1e-7, "\u0000\u2028\"\\ż🦜", [], {}, { a: [1, { b: null }], c: undefined }, new Date(0),
    JSON.parse('{"__proto__":1}')]) assert.equal(write(value), JSON.stringify(value));
});

const vectors = (file) => JSON.parse(readFileSync(new URL(`${file}.json`, VECTORS), "utf8"));

test("the vectors of the protocol are read as they say", () => {
  for (const { name, payload, hex, expect } of ["requests", "responses", "malformed"].flatMap(vectors)) {
    const bytes = hex ? Buffer.from(hex, "hex") : Buffer.from(payload);
    if (expect.kind === "parse_error") assert.throws(() => parse(bytes), name);
    else assert.equal(typeof parse(bytes), "object", name);
  }
});

test("the vectors of responses end a call as they say", async (t) => {
  const ours = vectors("responses").filter(({ expect }) => expect.id !== undefined)
    .map(({ payload, expect }) => ({ ...expect, members: payload.replace(/"id":("[^"]*"|\d+)/, '"id":ID') }));
  const client = await scripted(t, [async (peer) => {
    for (const { members } of ours) peer.send(members.replace("ID", (await peer.request()).id));
  }], { attempts: 1 });
  for (const { error, result, replayed = false } of ours) {
    if (error === undefined) {
      const reply = await client.exchange("x");
      assert.deepEqual([reply.result, reply.replayed], [result, replayed]);
    } else {
      const e = await fails(error.code, error.executed, client.call("x"));
      assert.equal(e.message, error.message);
    }
  }
});

test("a hello that is not answered is said again, and then the connection is given up", async (t) => {
  const seen = [];
  const client = await scripted(t, [async (peer) => {
    for (let i = 0; i < 3; i++) seen.push((await peer.message()).method);
    await peer.untilClosed();
  }], { attempts: 1, attemptTimeout: 100 });
  await fails("UNAVAILABLE", "no", client.call("inc", null, { key: KEY }));
  assert.deepEqual(seen, ["rpc.hello", "rpc.hello", "rpc.hello"]);
});

const BATCHES = { hello: { versions: [1], limits: { batch_items: 100 } } };
const named = (...methods) => methods.map((method) => ({ method }));

test("the calls of a batch leave in one frame, and each has its own outcome", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const [first, second, third] = await peer.requestBatch();
    peer.send([{ id: third.id, ok: true, result: "c" },
      { id: second.id, ok: false, error: { code: "SOLD_OUT", message: "m", executed: "yes" } }, { id: first.id, ok: true, result: 3 }]);
  }], BATCHES);
  const [first, second, third] = await client.batch(named("add", "sell", "echo"));
  assert.deepEqual([first.result, second.code, second.executed, third.result], [3, "SOLD_OUT", "yes", "c"]);
});

test("a server that reads no batches gets calls", async (t) => {
  const client = await scripted(t, [async (peer) => {
    peer.answer(await peer.request(), 7);
    peer.answer(await peer.request(), 7);
  }]);
  assert.deepEqual((await client.batch(named("a", "b"))).map((reply) => reply.result), [7, 7]);
});

test("a server that takes fewer messages at once gets several batches", async (t) => {
  const sizes = [];
  const client = await scripted(t, [async (peer) => {
    for (let i = 0; i < 2; i++) {
      const batch = await peer.requestBatch();
      sizes.push(batch.length);
      peer.answerBatch(batch, 1);
    }
    peer.answer(await peer.request(), 1);
  }], { hello: { limits: { batch_items: 2 } } });
  assert.deepEqual((await client.batch(named("a", "b", "c", "d", "e"))).map((reply) => reply.result), [1, 1, 1, 1, 1]);
  assert.deepEqual(sizes, [2, 2]);
});

test("calls with other timeouts leave apart", async (t) => {
  const methods = [];
  const client = await scripted(t, [async (peer) => {
    for (let i = 0; i < 2; i++) {
      const batch = await peer.requestBatch();
      methods.push(batch.map(({ method }) => method));
      peer.answerBatch(batch, 1);
    }
  }], BATCHES);
  const later = { options: { timeout: 6 * FOREVER } };
  await client.batch([{ method: "a" }, { method: "b", ...later }, { method: "c" }, { method: "d", ...later }]);
  assert.deepEqual(methods, [["a", "c"], ["b", "d"]]);
});

test("what fails in a batch is tried again alone", async (t) => {
  const client = await scripted(t, [async (peer) => {
    const [good, bad] = await peer.requestBatch();
    peer.send([{ id: good.id, ok: true, result: 1 },
      { id: bad.id, ok: false, error: { code: "SERVER_BUSY", message: "m", details: {}, executed: "no" } }]);
    const again = await peer.request();
    assert.equal(again.method, "second");
    peer.answer(again, 2);
  }], BATCHES);
  assert.deepEqual((await client.batch(named("first", "second"))).map((reply) => reply.result), [1, 2]);
});

test("an error of a whole batch is that of each of its calls, and ends no other", async (t) => {
  const client = await scripted(t, [async (peer) => {
    await peer.requestBatch();
    peer.send({ jsonrpc: "2.0", id: null, error: { code: -32009, message: "m", data: { code: "TOO_LARGE", executed: "no" } } });
    peer.answer(await peer.request(), "lives");
  }], BATCHES);
  const replies = await client.batch(named("a", "b"));
  assert.deepEqual(replies.map((reply) => [reply.code, reply.executed]), [["TOO_LARGE", "no"], ["TOO_LARGE", "no"]]);
  assert.equal(await client.call("c"), "lives");
});

test("a batch with params that no server would read sends nothing", async (t) => {
  const client = await scripted(t, [async (peer) => peer.answer(await peer.request(), "next")], BATCHES);
  await fails("BAD_REQUEST", "no", client.batch([{ method: "a" }, { method: "b", params: [NaN] }]));
  assert.equal(await client.call("c"), "next");
});

test("a connection that breaks ends all calls of a batch, and an empty batch is over at once", async (t) => {
  const client = await scripted(t, [async (peer) => void await peer.requestBatch()], { ...BATCHES, attempts: 1 });
  assert.deepEqual(await client.batch([]), []);
  assert.deepEqual((await client.batch(named("a", "b"))).map((reply) => [reply.code, reply.executed]),
    [["UNAVAILABLE", "maybe"], ["UNAVAILABLE", "maybe"]]);
});
