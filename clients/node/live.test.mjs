// The client against real servers, over bad networks and TLS. Run: ../with-servers node --test live.test.mjs
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Client, TernError } from "./tern.mjs";

const port = (name) => Number(process.env[name ? `TERN_${name}_PORT` : "TERN_PORT"]);
const certificate = (name) => readFileSync(`${process.env.TERN_CERTS}/${name}.pem`);
const OPERATIONS = 40;
const TLS = process.env.TERN_CERTS && { ca: certificate("ca"), cert: certificate("client"), key: certificate("client-key") };

async function connected(t, name, options, host = "127.0.0.1") {
  const client = new Client(host, port(name), options);
  t.after(() => client.close());
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

test("a batch", async (t) => {
  const client = await connected(t, "");
  const once = { method: "inc", params: { key: `node-${randomUUID()}` }, options: { effect: "once", key: randomUUID() } };
  const [sum, failed, first, again, nobody] = await client.batch([{ method: "add", params: [1, 2] },
    { method: "divide", params: [1, 0] }, once, once, { method: "nobody" }]);
  assert.deepEqual([sum.result, failed.code, failed.executed], [3, "DIVISION_BY_ZERO", "yes"]);
  assert.deepEqual([first.result.value, again.result.value, nobody.code], [1, 1, "METHOD_NOT_FOUND"]);
  const many = await client.batch(Array.from({ length: 100 }, (_, i) => ({ method: "add", params: [i, 1] })));
  assert.deepEqual(many.map((reply) => reply.result), Array.from({ length: 100 }, (_, i) => i + 1));
});

test("calls, errors, and values that come back as they went", async (t) => {
  const client = await connected(t, "");
  assert.equal(await client.call("add", { a: 1, b: 2 }), 3);
  const values = [null, true, 0.5, -1.25e-7, 1e300, 2 ** 53 - 1, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n), "", "🦜👩‍👩‍👧 \u0000\u2028\ufeff",
    [], {}, [[1, "a", null], { b: { c: [] } }], "x".repeat(100_000), 10n ** 999n];
  assert.deepEqual(await Promise.all(values.map((value) => client.call("echo", { value }))), values);
  await fails("DIVISION_BY_ZERO", "yes", client.call("divide", { a: 1, b: 0 }));
  await fails("METHOD_NOT_FOUND", "no", client.call("no.such.method"));
  await fails("INVALID_PARAMS", "no", client.call("add", { a: "x", b: 2 }));
  await fails("TIMEOUT", "maybe", client.call("sleep", { ms: 2000 }, { timeout: 300 }));
  const replies = await Promise.all(Array.from({ length: 1000 }, (_, i) => client.call("echo", { value: i })));
  assert.deepEqual(replies, [...replies.keys()]);
});

test("a call that is aborted ends at once", async (t) => {
  const client = await connected(t, "");
  await fails("CANCELLED", "maybe", client.call("sleep", { ms: 60_000 }, { timeout: 60_000, signal: AbortSignal.timeout(200) }));
  assert.equal(await client.call("add", [1, 2]), 3);
});

test("a key counts once over calls and connections", async (t) => {
  const [key, counter] = [randomUUID(), `node-${randomUUID()}`];
  for (let i = 0; i < 3; i++) {
    const client = await connected(t, "");
    const { result, replayed } = await client.exchange("inc", { key: counter }, { key });
    assert.deepEqual([result.value, replayed], [1, i > 0]);
  }
  const client = await connected(t, "");
  assert.equal((await client.call("inc", { key: counter }, { effect: "once" })).value, 2);
  await fails("STALE", "no", client.call("inc", { key: counter }, { key: randomUUID(), dedup: "another store", first_ms: 1 }));
});

for (const name of ["LOSSY", "RESET"]) {
  test(`over a bad network (${name}) each operation counts once`, async (t) => {
    const counter = `node-${randomUUID()}`;
    const increment = async () => {
      const client = await connected(t, name, { timeout: 60_000, attempts: 30, attemptTimeout: 500 });
      const values = [];
      for (let i = 0; i < OPERATIONS / 8; i++) values.push((await client.call("inc", { key: counter }, { effect: "once" })).value);
      return values;
    };
    const values = (await Promise.all(Array.from({ length: 8 }, increment))).flat();
    assert.deepEqual(values.sort((a, b) => a - b), Array.from({ length: OPERATIONS }, (_, i) => i + 1));
    assert.equal((await (await connected(t, "")).call("get", { key: counter })).value, OPERATIONS);
  });
}

test("a server that sends its clients on costs no call", async (t) => {
  const client = await connected(t, "AGING", { attempts: 1 });
  for (let i = 0; i < 60; i++) {
    assert.equal(await client.call("echo", { value: i }), i);
    await client.call("sleep", { ms: 20 });
  }
});

test("TLS in both versions", async (t) => {
  for (const version of ["TLSv1.2", "TLSv1.3"]) {
    const client = await connected(t, "TLS", { tls: { ...TLS, minVersion: version, maxVersion: version } }, "localhost");
    const text = "0123456789abcdef".repeat(65536);
    assert.deepEqual(await Promise.all(Array.from({ length: 8 }, () => client.call("echo", { value: text }))), Array(8).fill(text));
  }
});

test("whom it does not know, or who does not know it, gets no call", async (t) => {
  const cases = [[{ tls: true }, "localhost"], [{ tls: { ...TLS, servername: "example.org" } }, "localhost"], [{ tls: { ca: TLS.ca } }, "localhost"]];
  for (const [options, host] of cases) {
    await fails("UNAVAILABLE", "no", (await connected(t, "TLS", options, host)).call("add", [1, 2], { timeout: 2000 }));
  }
  await fails("UNAVAILABLE", "no", (await connected(t, "", { tls: TLS })).connect());
  await fails("UNSUPPORTED", "no", (await connected(t, "TLS")).call("add", [1, 2], { timeout: 2000 }));
});

test("a token goes with each call, and a stranger is turned away", async (t) => {
  const client = await connected(t, "AUTH", { auth: process.env.TERN_TOKEN });
  assert.equal(await client.call("add", [1, 2]), 3);
  assert.equal((await client.call("inc", { key: randomUUID() }, { effect: "once" })).value, 1);
  await fails("UNAUTHORIZED", "no", client.call("add", [1, 2], { auth: "another" }));
  await fails("UNAUTHORIZED", "no", (await connected(t, "AUTH")).call("add", [1, 2]));
});

test("the example of the README", async () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const example = /```js\n([^]*?)```/.exec(readme)[1].replace("7070", port("")).replace("./tern.mjs", new URL("tern.mjs", import.meta.url));
  const lines = [];
  const { log } = console;
  console.log = (...said) => lines.push(said);
  try {
    await import(`data:text/javascript,${encodeURIComponent(example)}`);
  } finally {
    console.log = log;
  }
  assert.deepEqual(lines, [[3], [9007199254740993n], ["DIVISION_BY_ZERO", "division by zero", { dividend: 1 }, "yes"]]);
});
