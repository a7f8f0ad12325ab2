// Read by TypeScript alone (../check-types): what the types of tern.d.mts allow, and what they do not.
import { Client, TernError, parse, write, type Json, type Reply } from "./tern.mjs";

interface Counter {
  key: string;
  value: number;
}

const client = new Client("127.0.0.1", 7070, { timeout: 5_000, tls: { ca: "…" }, attempts: 5 });
const sum: number = await client.call<number>("add", { a: 1, b: 2n });
const anything: Json = await client.call("echo", [sum]);
const reply: Reply<Counter> = await client.exchange<Counter>("inc", { key: "k" }, {
  effect: "once", meta: { tenant: "acme" }, signal: AbortSignal.timeout(100) });
const value: number = reply.result.value;
await client.notify("log", [anything, value]);
try {
  await client.connect();
} catch (e) {
  if (e instanceof TernError && e.executed !== "no") console.log(e.code, e.details.retry_after_ms, e.key ?? "");
}
for (const outcome of await client.batch<number>([{ method: "add", params: [1, 2] }], { timeout: 100 })) {
  console.log(outcome instanceof TernError ? outcome.code : outcome.result + 1);
}
console.log(write(parse("[1]")));

// @ts-expect-error a port is a number
new Client("127.0.0.1", "7070");
// @ts-expect-error no such option
await client.call("add", [1, 2], { timeout_ms: 5 });
// @ts-expect-error no such effect
await client.call("add", [1, 2], { effect: "safe" });
// @ts-expect-error params are an object or an array
await client.call("add", 5);
