/**
 * A Tern client in one file: JSON, protocol version 1, any number of calls at once, made again where that is safe.
 *
 *     const client = new Client("127.0.0.1", 7070);
 *     await client.call("add", { a: 1, b: 2 }); // 3
 *     await client.call("inc", { key: "k" }, { effect: "once" }); // counted once, however often it has to be sent
 *     await client.close();
 *
 * Every failure is a TernError. Its `executed` says whether the operation may have taken effect: "no", "maybe" or "yes".
 * Its types stand in tern.d.mts. Times are milliseconds. Node 18 or later, nothing else.
 */
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import net from "node:net";
import tls from "node:tls";

export const DEFAULT_LIMIT = 16 * 1024 * 1024; // bytes of one frame, as at the server
const LARGEST_LIMIT = 128 * 1024 * 1024; // no server reads more
const CHUNK = 64 * 1024; // bytes that are given to the socket at once, so that its progress shows
const LONGEST_TIMEOUT = 1_000_000_000; // ms; timers of Node end at twice that

// What a server reads (docs/PROTOCOL.md). A request that goes beyond it could cost every call of the connection its reply.
const DEPTH = 64; // of the whole message
const NAME_BYTES = 256; // as JSON writes it: \n counts twice, \u0001 six times
const NUMBER_CHARACTERS = 1000;
const META_BYTES = 16 * 1024;
const METADATA_NAMES = 64;
const METADATA_BYTES = 8 * 1024;
const VISIBLE = /^[!-~]{1,256}$/; // of a method, and of a name of metadata
const PLAIN = /^[^\u0000-\u001f\u007f-\u009f\p{Surrogate}]*$/u; // neither control characters nor half a surrogate pair

// What a call may say beside its params in words of the protocol's own, and what it may say to this client.
const WORDS = ["key", "auth", "idempotent", "attempt", "repeated", "dedup", "first_ms", "traceparent", "tracestate",
  "timing", "accept"];
const OPTIONS = ["timeout", "signal", "effect", "meta"];
const CLIENT_OPTIONS = ["timeout", "limit", "allowPlainTokens", "tls", "auth", "attempts", "attemptTimeout"];

const EFFECTS = ["read", "idempotent", "once", "unsafe"]; // what running it twice would do; "unsafe": nothing is known
const VERDICTS = ["no", "maybe", "yes"]; // in the order of how much may have happened
const TRANSIENT = ["TIMEOUT", "SERVER_BUSY", "UNAVAILABLE"]; // the same call may succeed a little later
const NUMBERS = new Map([[-32700, "PARSE_ERROR"], [-32600, "BAD_REQUEST"], [-32601, "METHOD_NOT_FOUND"],
  [-32602, "INVALID_PARAMS"]]);
const MOST_ATTEMPTS = 100; // a call that has failed so often is no matter of chance any more
const FIRST_WAIT = 50; // ms, the most before the second attempt; doubled each time
const LONGEST_WAIT = 2_000; // ms, the most of all
const RETRIES_SHARE = 0.2; // of the calls of a second, and …
const RETRIES_PER_SECOND = 10; // … what retries may add to a failing server's load
const MOST_MOVES = 3; // of a call that certainly was not taken by a connection, to the next one
const HELLO_PATIENCE = 2_000; // ms, after which hello is said again
const HELLO_TRIES = 3; // then the connection is given up
const STALLED = 10_000; // ms in which a peer takes nothing at all of what is to be sent
const PONG = 10_000; // ms for anything to come after a ping
const LINGER = 1_000; // ms for what was accepted to leave, once the client is closed
const ALIKE = 10; // ms by which deadlines differ that were meant to be the same
const [OPEN, COMMA, CLOSE] = ["[", ",", "]"].map((mark) => Buffer.from(mark)); // of a batch
const SMALL_FRAME = 16 * 1024; // bytes; a longer one is measured against what the server says that it reads
const PROBE_AFTER = 60_000; // ms of silence, then the system asks whether the peer is still there

// How a Tern server's reply begins: what is known of one that is more than this client reads.
const BEGINNING = /^\s*\{\s*"id"\s*:\s*(\d{1,15})\s*,\s*"ok"\s*:\s*(true|false)\s*,/;
const ECHOES = "the peer sends back what it is sent: it echoes, or leads back here, and is no Tern server";
const OFFERS_NONE = " (a client offers none)";

const now = () => performance.now();
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const shown = (value) => (typeof value === "string" ? JSON.stringify(value) : String(value)).slice(0, 100);

export class TernError extends Error {
  /** @param {{ details?: any, executed?: string, meta?: any, cause?: unknown }} more */
  constructor(code, message, more = {}) {
    const { details = {}, executed = "maybe", meta = {}, cause } = more;
    super(message, cause === undefined ? undefined : { cause });
    this.name = "TernError";
    this.code = code;
    this.details = details;
    this.executed = executed;
    this.meta = meta; // strings that the server's code has said beside it
    this.replayed = false; // a remembered error, which every attempt would get
    this.attempts = 1; // that the call has made
    this.key = undefined; // of an operation that happens once: to ask or try again with the same
  }

  toString() {
    return `${this.code}: ${this.message} (executed: ${this.executed})`;
  }
}

/** The caller waits no longer: TIMEOUT or CANCELLED. */
class GivenUp extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Calls one server, over one connection at a time: after a lost one the next call opens another. */
export class Client {
  #connection = null;
  #open = new Set();
  #connecting = null;
  #failures = 0;
  #failure = null;
  #closed = new AbortController();
  #budget = new Budget();

  constructor(host, port, options = {}) {
    only(options, CLIENT_OPTIONS);
    setMaxListeners(0, this.#closed.signal);
    const { timeout = 10_000, limit = DEFAULT_LIMIT, allowPlainTokens = false, auth, attempts = 3, attemptTimeout } = options;
    need(typeof host === "string" && host !== "", "host", host, "a name or an address");
    need(Number.isInteger(port) && port > 0 && port < 65536, "port", port, "a number, 1 to 65535");
    need(Number.isInteger(limit) && limit > 0 && limit <= LARGEST_LIMIT, "limit", limit, `a number of bytes, 1 to ${LARGEST_LIMIT}`);
    need(Number.isInteger(attempts) && attempts > 0 && attempts <= MOST_ATTEMPTS, "attempts", attempts, `a number, 1 to ${MOST_ATTEMPTS}`);
    need(options.tls === undefined || typeof options.tls === "boolean" || isObject(options.tls), "tls", options.tls,
      "true, or options of tls.connect such as { ca, cert, key }");
    this.host = host;
    this.port = port;
    this.limit = limit;
    this.tls = options.tls === true ? {} : options.tls || null;
    this.timeout = millis(timeout);
    this.attempts = attempts;
    this.attemptTimeout = attemptTimeout === undefined ? undefined : millis(attemptTimeout, "attemptTimeout");
    this.allowPlainTokens = allowPlainTokens;
    this.auth = auth;
    this.roundTrip = 0; // ms, of the last call
  }

  /** Opens the connection now, and fails if that fails. Otherwise the first call does, and waits for one until its deadline. */
  async connect() {
    await this.#connected(now() + this.timeout, undefined, false);
    return this;
  }

  async call(method, params, options) {
    return (await this.exchange(method, params, options)).result;
  }

  async exchange(method, params, options = {}) {
    return this.#run(this.#prepare(method, params, options));
  }

  /**
   * Makes calls that leave in one frame; each item is what `exchange` takes: { method, params, options }. Resolves to what came
   * of each, in their order: a reply, or a TernError. Each is a call of its own, with its own verdict, key and retries, for
   * which it leaves alone. To a server that does not say that it reads batches they go one by one.
   */
  async batch(items, options = {}) {
    only(options, ["timeout", "signal"]);
    const began = now();
    const usual = { timeout: options.timeout ?? this.timeout, signal: options.signal };
    const prepared = items.map((item) => this.#prepare(item.method, item.params, { ...usual, ...item.options }, began));
    const gathering = new Gathering(prepared.length);
    return Promise.all(prepared.map(async (call) => {
      const place = gathering.place();
      try {
        return await this.#run(call, place);
      } catch (e) {
        if (e instanceof TernError) return e;
        throw e;
      } finally {
        place.leave();
      }
    }));
  }

  #prepare(method, params, options, began = now()) {
    only(options, [...OPTIONS, ...WORDS]);
    const { signal, effect: asked, key } = options;
    need(signal === undefined || signal instanceof AbortSignal, "signal", signal, "an AbortSignal");
    if (signal) setMaxListeners(0, signal); // one may end any number of calls
    need(asked === undefined || EFFECTS.includes(asked), "effect", asked, EFFECTS.join(", "));
    const said = metaOf({ ...options, key: key ?? (asked === "once" ? randomUUID() : undefined) }, this.auth);
    const deadline = began + millis(options.timeout ?? this.timeout);
    const request = requestOf(method, params); // as text: what is checked is what is sent
    const effect = asked ?? (said.key === undefined ? "unsafe" : "once");
    return { request, said, deadline, effect, signal };
  }

  async #run({ request, said, deadline, effect, signal }, place) {
    const operation = effect === "once" ? new Operation(said) : null;
    const first = said.attempt ?? 1;
    this.#budget.called();
    let verdict = "no";
    for (let made = 1, moved = 0; ; made++) {
      // As long as nothing has run, and nobody remembers the others, each attempt is the first.
      const number = verdict === "no" && !operation?.remembered ? first : first + made - 1;
      try {
        return await this.#attempt(request, deadline, said, operation, signal, number, place);
      } catch (e) {
        if (!(e instanceof TernError)) throw e;
        e.attempts = made;
        e.key = said.key;
        const staleAtFirst = e.code === "STALE" && operation !== null && !operation.mayHaveRun;
        if (staleAtFirst) e.executed = "no"; // this was the first attempt that could have run
        else if (operation && e.executed !== "no") operation.mayHaveRun = true;
        const turnedAway = e.executed === "no" && ["server_going_away", "client_queue"].includes(e.details.stage);
        if (turnedAway && moved < MOST_MOVES && !this.#closed.signal.aborted) {
          moved++;
          made--; // nothing was taken there: that was no attempt
          continue;
        }
        if (VERDICTS.indexOf(e.executed) > VERDICTS.indexOf(verdict)) verdict = e.executed;
        if (staleAtFirst && operation.asksAnew()) continue;
        const harmless = effect !== "unsafe" && (!operation || operation.remembered) && !said.repeated;
        const safe = e.executed === "no" || (e.executed === "maybe" && harmless);
        const wait = this.#wait(e, safe, made, deadline);
        e.executed = verdict; // it speaks of the operation from here on
        if (wait === null || !this.#budget.take()) throw e;
        await this.#pause(wait, signal, e);
      }
    }
  }

  /** Sends a call that is never answered. Returns once its frame is with the operating system, or in the socket's buffer. */
  async notify(method, params, options = {}) {
    only(options, [...OPTIONS, ...WORDS]);
    const said = metaOf(options, this.auth);
    const deadline = now() + millis(options.timeout ?? this.timeout);
    const request = requestOf(method, params);
    const connection = await this.#connected(deadline, options.signal);
    this.#guard(said, connection);
    const frame = connection.send(request, said, deadline, true);
    try {
      await waitFor(frame.left, deadline, options.signal);
    } catch (e) {
      if (!(e instanceof GivenUp)) throw e;
      const executed = connection.giveUp(frame);
      throw new TernError(e.code, "the notification was given up before it was sent whole", { executed });
    }
  }

  /** Ends the connection. Calls that still wait fail with UNAVAILABLE, and the server is told that nobody waits. */
  async close() {
    this.#closed.abort();
    await Promise.all([...this.#open].map((connection) => connection.close()));
  }

  async #attempt(request, callDeadline, said, operation, signal, number, place) {
    const connection = await this.#connected(callDeadline, signal);
    this.#guard(said, connection);
    const meta = number > 1 ? { ...said, attempt: number } : said;
    const more = operation ? operation.next(await connection.greeting(callDeadline, signal, operation.wantsNewGreeting)) : {};
    const deadline = Math.min(callDeadline, now() + (this.attemptTimeout ?? Infinity)); // to wait for the above is no attempt
    const items = place?.isFree ? (await connection.greeting(callDeadline, signal, false)).batchItems : 1;
    const call = items > 1 ? connection.hold(request, { ...meta, ...more }, deadline)
      : connection.send(request, { ...meta, ...more }, deadline);
    if (items > 1) place.arrive(connection, call, deadline, items);
    try {
      return await waitFor(call.outcome, deadline, signal);
    } catch (e) {
      if (!(e instanceof GivenUp)) throw e;
      const executed = connection.giveUp(call);
      if (e.code === "CANCELLED") throw new TernError("CANCELLED", "cancelled by the caller", { executed });
      if (executed === "no") throw late();
      const ago = Math.floor(now() - call.sent);
      throw new TernError("TIMEOUT", `no answer to ${request.method} in time; sent ${ago} ms ago`,
        { details: { sent_ms_ago: ago }, executed });
    }
  }

  /** Milliseconds until the next attempt; null if there is none. */
  #wait(e, safe, made, deadline) {
    if (!TRANSIENT.includes(e.code) || e.replayed || !safe || made >= this.attempts || this.#closed.signal.aborted) return null;
    const asked = Number(e.details.retry_after_ms);
    const wait = (asked > 0 ? asked : 0) + Math.random() * longestWait(made);
    return wait < deadline - now() ? wait : null;
  }

  /** Between two attempts. Cancelled meanwhile, the call ends with what its attempts have come to. */
  async #pause(wait, signal, failure) {
    let closed;
    try {
      await waitFor(new Promise((resolve) => this.#closed.signal.addEventListener("abort", (closed = resolve))), now() + wait, signal);
    } catch (e) {
      if (e.code !== "CANCELLED") return;
      throw new TernError("CANCELLED", `cancelled between two attempts; the last one: ${failure}`,
        { executed: failure.executed, cause: failure });
    } finally {
      this.#closed.signal.removeEventListener("abort", closed);
    }
  }

  #guard(said, connection) {
    if (said.auth !== undefined && !connection.isPrivate && !this.allowPlainTokens) {
      throw new TernError("UNAUTHORIZED", "a token for another machine would be readable on its way "
        + "(expected: tls, or allowPlainTokens: true)", { executed: "no" });
    }
  }

  /** A connection that takes calls; all that wait for one wait for the same. Waiting for it is no attempt. */
  async #connected(deadline, signal, patient = true) {
    const where = `${this.host}:${this.port}`;
    for (;;) {
      if (this.#closed.signal.aborted) throw new TernError("UNAVAILABLE", "the client was closed", { executed: "no" });
      if (this.#connection?.takesCalls) return this.#connection;
      this.#connecting ??= this.#connect().finally(() => (this.#connecting = null));
      this.#connecting.catch(() => {});
      try {
        return await waitFor(this.#connecting, deadline, signal);
      } catch (e) {
        if (e instanceof GivenUp && e.code === "CANCELLED") {
          throw new TernError("CANCELLED", "cancelled before it was sent", { executed: "no" });
        }
        if (!(e instanceof GivenUp) && patient && !isTlsFailure(e)) continue;
        const why = e instanceof GivenUp ? this.#failure : e;
        const message = e instanceof GivenUp ? `no connection to ${where} in time${why ? `; before: ${why.message}` : ""}`
          : `cannot connect to ${where}: ${why.message}`;
        throw new TernError("UNAVAILABLE", message, { executed: "no", cause: why ?? undefined });
      }
    }
  }

  async #connect() {
    if (this.#failures) {
      await waitFor(new Promise(() => {}), now() + Math.random() * longestWait(this.#failures), this.#closed.signal).catch(() => {});
    }
    try {
      const connection = await Connection.open(this);
      this.#failures = 0;
      this.#failure = null;
      this.#connection = connection;
      this.#open.add(connection);
      connection.ended.then(() => this.#open.delete(connection));
      if (this.#closed.signal.aborted) connection.close();
      return connection;
    } catch (e) {
      this.#failures++;
      this.#failure = e;
      throw e;
    }
  }
}

/** What must happen once, over the attempts of one call: which store it belongs to, and whether it may have run. */
class Operation {
  constructor(said) {
    this.mayHaveRun = (said.attempt ?? 1) > 1;
    this.remembered = true;
    this.wantsNewGreeting = false;
    this.askedAnew = false;
    this.isOwn = said.dedup !== undefined || said.first_ms !== undefined; // the caller says when it began
    this.said = {};
  }

  /** What the next attempt says. Until one may have run, each begins it anew in the store of its own connection. */
  next(hello) {
    this.wantsNewGreeting = false;
    this.remembered = hello.dedup !== undefined;
    if (!this.isOwn && !this.mayHaveRun) {
      const passed = Math.floor(now() - hello.read);
      this.said = this.remembered ? { dedup: hello.dedup, first_ms: hello.store + passed } : {};
    }
    return this.said;
  }

  /** Whether what was known of the server is to be asked again; once. */
  asksAnew() {
    this.wantsNewGreeting = !this.isOwn && !this.askedAnew;
    this.askedAnew = true;
    return this.wantsNewGreeting;
  }
}

/** Where the calls of a batch wait for each other, each with its first attempt, which has a place. */
class Gathering {
  #awaited;
  #byConnection = new Map();

  constructor(calls) {
    this.#awaited = calls;
  }

  place() {
    const place = {
      isFree: true,
      arrive: (connection, frame, deadline, items) => this.#counts(() => {
        const group = this.#byConnection.get(connection) ?? { items, frames: [] };
        group.frames.push({ frame, deadline });
        this.#byConnection.set(connection, group);
      }, place),
      leave: () => this.#counts(() => {}, place),
    };
    return place;
  }

  #counts(change, place) {
    if (!place.isFree) return;
    place.isFree = false;
    change();
    if (--this.#awaited > 0) return;
    for (const [connection, { items, frames }] of this.#byConnection) connection.sendTogether(frames, items);
  }
}

/** Bounds the retries of all calls together: a share of the calls of this second or the last, and some each second. */
class Budget {
  #second = 0;
  #calls = 0;
  #before = 0;
  #taken = 0;

  #move() {
    const second = Math.floor(now() / 1000);
    if (second === this.#second) return;
    this.#before = second === this.#second + 1 ? this.#calls : 0;
    this.#second = second;
    this.#calls = this.#taken = 0;
  }

  called() {
    this.#move();
    this.#calls++;
  }

  take() {
    this.#move();
    if (this.#taken + 1 > RETRIES_SHARE * Math.max(this.#calls, this.#before) + RETRIES_PER_SECOND) return false;
    this.#taken++;
    return true;
  }
}

/** What a server has said of itself. Of an older one, which knows no hello, that is nothing. */
function helloOf(said) {
  const { dedup, window_ms: window, store_ms: store, heartbeat_ms: beat, limits } = isObject(said) ? said : {};
  const remembers = typeof dedup === "string" && dedup !== "" && Buffer.byteLength(dedup) <= 256
    && Number.isInteger(window) && window > 0 && Number.isInteger(store) && store >= 0;
  const extra = remembers ? Math.min(Math.max(window / 10, 1_000), 60_000) : Infinity;
  return {
    dedup: remembers ? dedup : undefined,
    store,
    read: now(),
    fresh: extra / 2, // ms, in which the clocks of both ends cannot have drifted too far apart
    heartbeat: Number.isInteger(beat) && beat > 0 && beat <= LONGEST_TIMEOUT ? beat : undefined,
    batchItems: Number.isInteger(limits?.batch_items) ? limits.batch_items : 1,
    frameBytes: Number.isInteger(limits?.frame_bytes) && limits.frame_bytes > 0 ? limits.frame_bytes : LARGEST_LIMIT,
  };
}

/** A frame, and what became of it. */
class Frame {
  resolve;
  reject;
  hasLeft;
  hasNotLeft;

  constructor(id, method, payload) {
    this.id = id;
    this.method = method; // undefined: a word of this client's own
    this.payload = payload;
    this.isBegun = false;
    this.isGone = false; // nobody waits for it
    this.batch = null; // what it has in common with those that leave in its frame
    this.sent = 0;
    this.outcome = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.left = new Promise((resolve, reject) => Object.assign(this, { hasLeft: resolve, hasNotLeft: reject }));
    this.outcome.catch(() => {}); // who waits, waits with a deadline
    this.left.catch(() => {});
  }

  fail(error) {
    this.reject(error);
    this.hasNotLeft(error);
  }
}

class Connection {
  #client;
  #socket;
  #ids = 0;
  #outgoing = []; // frames that have not begun
  #rest = null; // of the one that has: what the socket has not been given yet
  #current = []; // the frames in it
  #isFull = false; // the socket takes no more for now
  #pending = new Map(); // id -> frame
  #unanswered = 0; // frames that have left, but for hello, ping and replies: also of calls that were given up
  #hello;
  #greet;
  #known = helloOf();
  #saysHello = 0; // how often, since it was answered
  #saidHello = 0; // when
  #held = null; // an error without an id, while the hello may be what it is about
  #going = false;
  #ending = false;
  #broken = null; // why nothing more can be sent
  #heard = now();
  #asked = 0;
  #chunks = [];
  #have = 0;
  #need = 4;
  #length = 0;
  #skip = 0;
  #beat = null;
  #stall = null;

  static async open(client) {
    const { host, port } = client;
    const options = client.tls && {
      ALPNProtocols: ["tern/1"], minVersion: "TLSv1.2", ...(net.isIP(host) ? {} : { servername: host }), ...client.tls, host, port,
    };
    const socket = options ? tls.connect(options) : net.connect({ host, port });
    try {
      await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no answer within ${client.timeout} ms`)), client.timeout);
        socket.once("error", reject);
        socket.once("close", () => reject(new Error("closed by the server")));
        socket.once(options ? "secureConnect" : "connect", resolve);
        socket.once("close", () => clearTimeout(timer)).once(options ? "secureConnect" : "connect", () => clearTimeout(timer));
      });
      // While nobody listens there, the system may have chosen that very port to connect from.
      if (socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress) {
        throw new Error("refused, nobody listens there");
      }
    } catch (e) {
      socket.on("error", () => {}).destroy();
      throw e;
    }
    const connection = new Connection(client, socket);
    if (options) { // a server that does not like this client's certificate says so now: no call has left then
      await waitFor(connection.#hello, now() + HELLO_PATIENCE).catch((e) => {
        if (!(e instanceof GivenUp)) throw e;
      });
    }
    return connection;
  }

  constructor(client, socket) {
    this.#client = client;
    this.#socket = socket;
    this.isPrivate = client.tls !== null || isLoopback(socket.remoteAddress ?? "");
    this.ended = new Promise((resolve) => socket.once("close", resolve));
    socket.removeAllListeners("error").removeAllListeners("close").setNoDelay(true).setKeepAlive(true, PROBE_AFTER);
    this.ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("drain", () => this.#drained());
    socket.on("end", () => this.#break("UNAVAILABLE", "the connection is gone: closed by the server"));
    socket.on("error", (e) => this.#break("UNAVAILABLE", `the connection is gone: ${e.message}`));
    socket.on("close", () => this.#break("UNAVAILABLE", "the connection is gone"));
    this.#askAnew();
  }

  // --- what callers do

  get takesCalls() {
    return !(this.#broken || this.#going || this.#ending);
  }

  /** Sends a call, or a notification, whose `left` tells when it is with the system. */
  send(request, said, deadline, isNotification = false) {
    const frame = this.hold(request, said, deadline, isNotification);
    this.#outgoing.push(frame);
    this.#flush();
    return frame;
  }

  /** Sends calls that were held, each with its deadline, in as few frames as may be: the replies wait for the last of them. */
  sendTogether(calls, items) {
    const most = Math.min(this.#client.limit, Math.max(this.#known.frameBytes, SMALL_FRAME));
    let count = 0, length = 0, first = 0, batch;
    for (const { frame, deadline } of calls.filter(({ frame }) => !frame.isGone).sort((a, b) => a.deadline - b.deadline)) {
      if (!this.takesCalls) {
        this.#pending.delete(frame.id);
        frame.fail(new TernError("UNAVAILABLE", this.#broken ?? "the server is going",
          { details: { stage: "client_queue" }, executed: "no" }));
        continue;
      }
      if (count === 0 || count === items || length + frame.payload.length + 1 > most || deadline - first > ALIKE) {
        count = 0;
        length = 2;
        first = deadline;
        batch = {};
      }
      count++;
      length += frame.payload.length + 1;
      frame.batch = batch;
      this.#outgoing.push(frame);
    }
    this.#flush();
    if (this.#going && this.#pending.size === 0) this.#end();
  }

  /** A call that is yet to be sent, by `sendTogether`. */
  hold(request, said, deadline, isNotification = false) {
    if (!this.takesCalls) {
      throw new TernError("UNAVAILABLE", this.#broken ?? "the server is going", { details: { stage: "client_queue" }, executed: "no" });
    }
    const left = deadline - now();
    if (left <= 0) throw late();
    // A little less than what is left, so that the server's exact answer is here before our own timer.
    const margin = Math.min(Math.max(1, this.#client.roundTrip), left / 10);
    const meta = write({ v: 1, timeout_ms: Math.max(1, Math.floor(left - margin)), ...said }, 2, "meta");
    const id = isNotification ? undefined : ++this.#ids;
    const start = isNotification ? "" : `"id":${id},`;
    const params = request.params === undefined ? "" : `,"params":${request.params}`;
    const payload = Buffer.from(`{${start}"method":${JSON.stringify(request.method)}${params},"meta":${meta}}`);
    const most = Math.min(this.#client.limit, Math.max(this.#known.frameBytes, SMALL_FRAME));
    if (payload.length > most) {
      throw new TernError("TOO_LARGE", `request of ${payload.length} bytes (expected: at most ${most})`, { executed: "no" });
    }
    const frame = new Frame(id, request.method, payload);
    if (id !== undefined) this.#pending.set(id, frame);
    return frame;
  }

  /** Nobody waits for it any more. Returns whether it may have run. */
  giveUp(frame) {
    this.#pending.delete(frame.id);
    frame.isGone = true;
    if (!frame.isBegun) {
      this.#outgoing = this.#outgoing.filter((one) => one !== frame);
      return "no";
    }
    if (frame.id !== undefined) this.#control(`{"method":"rpc.cancel","params":{"id":${frame.id}},"meta":{}}`);
    return "maybe";
  }

  /** What the server remembers, and its clock; asks again if the answer is too old to be trusted. */
  async greeting(deadline, signal, anew) {
    if (!this.#saysHello && (anew || now() - this.#known.read > this.#known.fresh)) this.#askAnew();
    for (;;) {
      try {
        return await waitFor(this.#hello, Math.min(deadline, this.#saidHello + HELLO_PATIENCE), signal);
      } catch (e) {
        if (!(e instanceof GivenUp)) { // the connection broke; this call has not been sent
          throw new TernError(e.code, e.message, { details: { stage: "client_queue" }, executed: "no", cause: e });
        }
        if (e.code === "CANCELLED") throw new TernError("CANCELLED", "cancelled before it was sent", { executed: "no" });
        if (now() >= deadline - 1) {
          throw new TernError("TIMEOUT", "the deadline passed before the server said what it remembers", { executed: "no" });
        }
      }
      if (now() < this.#saidHello + HELLO_PATIENCE - 1) continue; // another call has said it again
      if (this.#saysHello >= HELLO_TRIES) break;
      this.#sayHello();
    }
    const message = `the server did not answer rpc.hello ${HELLO_TRIES} times`;
    this.#break("UNAVAILABLE", message);
    throw new TernError("UNAVAILABLE", message, { executed: "no" });
  }

  async close() {
    this.#going = true;
    const lost = new Set([...this.#pending.values(), ...this.#outgoing.filter((frame) => frame.method)]);
    this.#pending.clear();
    this.#outgoing = this.#outgoing.filter((frame) => !frame.method);
    for (const frame of lost) {
      if (frame.isBegun && frame.id !== undefined) this.#control(`{"method":"rpc.cancel","params":{"id":${frame.id}},"meta":{}}`);
      frame.fail(new TernError("UNAVAILABLE", "the client was closed", { executed: frame.isBegun ? "maybe" : "no" }));
    }
    this.#end();
    const timer = setTimeout(() => this.#socket.destroy(), LINGER); // what was accepted leaves, if the peer takes it
    await this.ended;
    clearTimeout(timer);
  }

  // --- what is sent

  /** A frame that nobody waits for, ahead of what waits to be sent. */
  #control(text) {
    if (this.#broken || this.#ending) return;
    this.#outgoing.unshift(new Frame(undefined, undefined, Buffer.from(text)));
    this.#flush();
  }

  #askAnew() {
    this.#hello = new Promise((resolve, reject) => (this.#greet = { resolve, reject }));
    this.#hello.catch(() => {});
    this.#sayHello();
  }

  #sayHello() {
    this.#saysHello++;
    this.#saidHello = now();
    const { limit } = this.#client;
    const limits = limit < DEFAULT_LIMIT ? `,"limits":{"frame_bytes":${limit}}` : ""; // so that the replies to a batch fit
    this.#control(`{"id":"hello","method":"rpc.hello","params":{"versions":[1],"accepts":["rpc.goaway","rpc.ping"]${limits}},"meta":{}}`);
  }

  #flush() {
    while (!this.#isFull && !this.#broken) {
      if (this.#rest === null) {
        if (this.#outgoing.length === 0) break;
        const { batch } = this.#outgoing[0];
        const frames = [this.#outgoing.shift()];
        while (batch !== null && this.#outgoing[0]?.batch === batch) frames.push(this.#outgoing.shift());
        const payload = frames.length === 1 ? frames[0].payload
          : Buffer.concat(frames.flatMap((frame, i) => [i === 0 ? OPEN : COMMA, frame.payload]).concat([CLOSE]));
        for (const frame of frames) {
          frame.isBegun = true;
          frame.sent = now();
          if (frame.method) this.#unanswered++;
          frame.payload = null;
        }
        const length = Buffer.alloc(4);
        length.writeUInt32BE(payload.length);
        this.#rest = Buffer.concat([length, payload]);
        this.#current = frames;
      }
      const piece = this.#rest.subarray(0, CHUNK);
      this.#rest = piece.length < this.#rest.length ? this.#rest.subarray(CHUNK) : null;
      this.#isFull = !this.#socket.write(piece);
      if (this.#rest === null) this.#current.forEach((frame) => frame.hasLeft());
    }
    if (this.#isFull) this.#stall ??= setTimeout(() => this.#stalled(), STALLED);
    else if (this.#ending && !this.#broken) this.#socket.end();
  }

  #drained() {
    this.#heard = now(); // it takes what had to wait for it: that one lives
    clearTimeout(this.#stall);
    this.#stall = null;
    this.#isFull = false;
    this.#flush();
  }

  #stalled() {
    this.#break("UNAVAILABLE", `a request could not be sent whole: the server took nothing for ${STALLED / 1000} s`);
  }

  /** No more is sent: what was accepted leaves, then the server is told so, and ends the connection. */
  #end() {
    this.#ending = true;
    this.#flush();
  }

  // --- what is read

  #read(chunk) {
    this.#heard = now();
    while (chunk.length > 0 && !this.#broken) {
      if (this.#skip > 0) { // what is over the limit of a reply
        const count = Math.min(this.#skip, chunk.length);
        this.#skip -= count;
        chunk = chunk.subarray(count);
        if (this.#skip === 0) this.#tooLong();
        continue;
      }
      const piece = chunk.subarray(0, this.#need - this.#have);
      this.#chunks.push(piece);
      this.#have += piece.length;
      chunk = chunk.subarray(piece.length);
      if (this.#have === this.#need) this.#whole();
    }
  }

  #take(need) {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#have = 0;
    this.#need = need;
    return all;
  }

  #whole() {
    const { limit } = this.#client;
    if (this.#length === 0) {
      this.#length = this.#take(0).readUInt32BE();
      if (this.#length === 0 || this.#length > LARGEST_LIMIT) {
        this.#break(this.#length === 0 ? "PARSE_ERROR" : "TOO_LARGE", `reply of ${this.#length} bytes (expected: 1 to ${limit})`);
      }
      this.#need = Math.min(this.#length, limit);
      return;
    }
    if (this.#length > limit) {
      this.#skip = this.#length - limit;
      return;
    }
    this.#length = 0;
    this.#payload(this.#take(4));
  }

  #tooLong() {
    const message = `reply of ${this.#length} bytes (expected: 1 to ${this.#client.limit})`;
    this.#length = 0;
    if (!this.#failAlone(this.#take(4), "TOO_LARGE", message)) this.#break("TOO_LARGE", message);
  }

  #payload(bytes) {
    try {
      const message = parse(bytes);
      for (const each of Array.isArray(message) && message.length > 0 ? message : [message]) this.#deliver(each);
    } catch (e) {
      if (e instanceof TernError) this.#break(e.code, e.message, e.executed);
      else if (!(e instanceof OverLimit && this.#failAlone(bytes, "INTERNAL", `malformed reply: ${e.message}`))) {
        this.#break("PARSE_ERROR", `malformed reply: ${e.message}`); // whatever a strange reply provokes: nobody is left waiting
      }
    }
  }

  /** More than this client reads: its call's affair alone. False if the beginning does not say which call that is. */
  #failAlone(bytes, code, message) {
    const beginning = BEGINNING.exec(bytes.toString("latin1", 0, 200));
    if (!beginning) return false;
    this.#finish(Number(beginning[1]), new TernError(code, message, { executed: beginning[2] === "true" ? "yes" : "maybe" }));
    return true;
  }

  /** Gives a call its outcome. One that nobody waits for, a late or a repeated one, is passed over. */
  #finish(id, outcome) {
    const frame = typeof id === "number" ? this.#pending.get(id) : undefined;
    if (frame?.isBegun) {
      this.#pending.delete(id);
      this.#unanswered--;
      this.#client.roundTrip = now() - frame.sent;
      if (this.#held && this.#unanswered === 0) this.#greeted({}); // the error was the answer to the hello
      if (outcome instanceof TernError) frame.fail(outcome);
      else frame.resolve(outcome);
    }
    if (this.#going && this.#pending.size === 0) this.#end();
  }

  #deliver(message) {
    if (!isObject(message)) throw new Error("not a response");
    const { id, error } = message;
    if (message.method !== undefined && !["result", "error", "ok"].some((name) => name in message)) return this.#askedByServer(message);
    if (id === undefined || id === null) return this.#deliverWithoutId(error);
    if (String(error?.message).endsWith(OFFERS_NONE)) throw new TernError("UNAVAILABLE", ECHOES);
    if (id === "hello") return this.#greeted(message);
    let outcome;
    try {
      outcome = outcomeOf(message);
    } catch (e) {
      outcome = new TernError("INTERNAL", `malformed reply: ${e.message}`, { executed: "result" in message ? "yes" : "maybe" });
    }
    if (outcome instanceof TernError && outcome.code === "UNAVAILABLE" && outcome.executed === "no"
      && (this.#going || outcome.details.stage === "server_going_away")) {
      outcome.details = { ...outcome.details, stage: "server_going_away" };
      this.#go();
    }
    this.#finish(id, outcome);
  }

  #askedByServer({ id, method }) {
    if (method === "rpc.hello") throw new TernError("UNAVAILABLE", ECHOES); // which only clients say: it is our own
    if (method === "rpc.goaway") this.#go();
    if (id === undefined) return;
    const known = method === "rpc.goaway" || method === "rpc.ping";
    const error = { code: "METHOD_NOT_FOUND", message: `no such method: ${method}${OFFERS_NONE}`, details: {}, executed: "no" };
    this.#control(write(known ? { id, ok: true, result: null } : { id, ok: false, error }, 1, "reply"));
  }

  /** What runs here ends here; what has not left goes to another connection, as if it had never come to this one. */
  #go() {
    this.#going = true;
    const queued = this.#outgoing.filter((frame) => frame.method);
    this.#outgoing = this.#outgoing.filter((frame) => !frame.method);
    for (const frame of queued) {
      this.#pending.delete(frame.id);
      frame.fail(new TernError("UNAVAILABLE", "the server is going", { details: { stage: "client_queue" }, executed: "no" }));
    }
    if (this.#pending.size === 0) this.#end();
  }

  #greeted(message) {
    this.#saysHello = 0;
    this.#known = helloOf(message.ok === true ? message.result : undefined);
    clearInterval(this.#beat);
    const { heartbeat } = this.#known;
    if (heartbeat) this.#beat = setInterval(() => this.#watch(heartbeat), Math.max(50, heartbeat / 10)).unref();
    this.#greet.resolve(this.#known);
    const held = this.#held;
    this.#held = null;
    if (held && this.#unanswered > 0) this.#deliverWithoutId(held);
  }

  /** Where calls wait and nothing has come, the server is asked; one that says nothing then is gone. */
  #watch(heartbeat) {
    const waiting = [...this.#pending.values()].filter((frame) => frame.isBegun);
    if (waiting.length === 0) return; // each call has its own deadline
    if (this.#asked > this.#heard) {
      if (now() - this.#asked >= PONG) {
        this.#break("UNAVAILABLE", `the connection is gone: the server is silent: it did not answer rpc.ping for ${PONG / 1000} s`);
      }
    } else if (now() - Math.max(this.#heard, waiting[0].sent) >= heartbeat) {
      this.#asked = now();
      this.#control('{"id":"ping","method":"rpc.ping","meta":{}}');
    }
  }

  /** The server could not tell which frame it means. We can, if there is only one. */
  #deliverWithoutId(error) {
    const failure = errorOf(error, error?.data);
    if (failure.details.stage === "tls_handshake") throw failure; // nothing of what this connection brought was read
    const named = failure.details.id;
    if (named === "hello" || typeof named === "number") return; // the network has repeated a frame; its first is not harmed
    if (this.#saysHello && !this.#held) {
      this.#held = error; // what comes next tells whose it is
      return;
    }
    const frames = [...this.#pending.values()];
    const isOneFrame = frames.length === 1 || (frames[0]?.batch && frames.every((frame) => frame.batch === frames[0].batch));
    if (this.#unanswered !== frames.length || !isOneFrame) {
      throw new TernError("UNAVAILABLE",
        `the server reported an error that belongs to no request: ${failure.code}: ${failure.message}`);
    }
    for (const frame of frames) this.#finish(frame.id, errorOf(error, error?.data)); // each is of its own operation from here on
  }

  #break(code, message, executed = "maybe") {
    if (this.#broken) return;
    this.#broken = message;
    clearInterval(this.#beat);
    clearTimeout(this.#stall);
    const frames = new Set([...this.#pending.values(), ...this.#outgoing, ...(this.#rest ? this.#current : [])]);
    this.#pending.clear();
    this.#outgoing = [];
    this.#socket.destroy();
    this.#greet.reject(new TernError("UNAVAILABLE", message, { executed: "no" }));
    for (const frame of frames) {
      frame.fail(frame.isBegun ? new TernError(code, message, { executed })
        : new TernError("UNAVAILABLE", message, { details: { stage: "client_queue" }, executed: "no" }));
    }
  }
}

/** What a promise comes to, unless its caller gives up before. */
function waitFor(promise, deadline, signal) {
  return new Promise((resolve, reject) => {
    const done = (settle) => (value) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      settle(value);
    };
    const aborted = () => done(reject)(new GivenUp("CANCELLED"));
    const timer = setTimeout(() => done(reject)(new GivenUp("TIMEOUT")), Math.max(0, deadline - now()));
    if (signal?.aborted) {
      aborted();
      return;
    }
    signal?.addEventListener("abort", aborted, { once: true });
    promise.then(done(resolve), done(reject));
  });
}

function late() {
  return new TernError("TIMEOUT", "the deadline passed before the request was sent", { executed: "no" });
}

function longestWait(failures) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures - 1, 30));
}

/** Such as a certificate of another host: waiting does not help. */
function isTlsFailure(e) {
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(e.code ?? "");
}

function isLoopback(address) {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

// --- what is checked before it is sent

function need(isGood, name, value, expected) {
  if (!isGood) throw new RangeError(`${name}: ${shown(value)} (expected: ${expected})`);
}

function only(options, names) {
  if (!isObject(options)) throw new TypeError(`options: ${shown(options)} (expected: an object)`);
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw new TypeError(`${name} (expected: ${names.join(", ")})`);
  }
}

function millis(timeout, name = "timeout") {
  need(typeof timeout === "number" && timeout > 0 && timeout <= LONGEST_TIMEOUT, name, timeout,
    `milliseconds, more than 0 and at most ${LONGEST_TIMEOUT}`);
  return timeout;
}

function refused(what, expected) {
  return new TernError("BAD_REQUEST", `${what} (expected: ${expected})`, { executed: "no" });
}

/** What says which call it is. Whatever a server would not read fails here, where it can harm no other call. */
function requestOf(method, params) {
  if (typeof method !== "string" || !VISIBLE.test(method)) throw refused("method", "1 to 256 visible ASCII characters");
  if (params === undefined || params === null) return { method };
  if (typeof params !== "object") throw refused(`params: ${typeof params}`, "an object, an array or nothing");
  return { method, params: write(params, 2, "params") };
}

/** What a request says beside its params, but for what is known only when it leaves. */
function metaOf(options, auth) {
  const meta = {};
  for (const word of WORDS) if (options[word] !== undefined && options[word] !== null) meta[word] = options[word];
  if (meta.auth === undefined && auth !== undefined && auth !== null) meta.auth = auth;
  if (options.meta !== undefined) meta.md = metadata(options.meta);
  if (meta.attempt !== undefined && !(Number.isInteger(meta.attempt) && meta.attempt > 0)) {
    throw refused(`attempt: ${shown(meta.attempt)}`, "a number, 1 or more");
  }
  if (meta.auth !== undefined && !(typeof meta.auth === "string" && meta.auth !== "" && PLAIN.test(meta.auth))) {
    throw refused("auth", "a text of one character or more without control characters"); // a secret: not shown
  }
  const size = Buffer.byteLength(write({ v: 1, timeout_ms: LONGEST_TIMEOUT, ...meta }, 2, "meta"));
  if (size > META_BYTES) throw refused(`meta: ${size} bytes`, `at most ${META_BYTES}`);
  return meta;
}

function metadata(said) {
  if (!isObject(said)) throw refused("meta", "an object of strings");
  const pairs = Object.entries(said);
  if (pairs.length > METADATA_NAMES) throw refused(`meta: ${pairs.length} names`, `at most ${METADATA_NAMES}`);
  let size = 0;
  for (const [name, value] of pairs) {
    if (!VISIBLE.test(name)) throw refused(`meta: the name ${shown(name)}`, "1 to 256 visible ASCII characters");
    if (typeof value !== "string" || !PLAIN.test(value)) {
      throw refused(`meta: the value of ${name}`, "a string without control characters or lone surrogates");
    }
    size += Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(JSON.stringify(value)) - 4; // less their quotes
  }
  if (size > METADATA_BYTES) throw refused(`meta: ${size} bytes of names and values`, `at most ${METADATA_BYTES}`);
  return said;
}

/** The result with what stands beside it, or the TernError, that a message in any of the three dialects tells. */
function outcomeOf(reply) {
  const { error, meta } = reply;
  const isV1 = "ok" in reply;
  const hasError = error !== undefined && error !== null;
  const ok = isV1 ? reply.ok : !hasError;
  if (typeof ok !== "boolean" || "method" in reply || (ok && (!("result" in reply) || hasError))) {
    throw new Error('expected "ok", if it is there, to be a boolean, and either a "result" or an "error"');
  }
  const replayed = meta?.replayed === true;
  if (ok) return { result: reply.result, meta: metadataOf(meta), replayed };
  const failure = errorOf(error, isV1 ? error : error?.data, metadataOf(meta));
  failure.replayed = replayed;
  return failure;
}

/** `coded` holds the code and the verdict: the error itself, or its `data` where its own code is a number. */
function errorOf(error, coded, meta = {}) {
  if (!isObject(error) || error.code === undefined || typeof error.message !== "string") {
    throw new Error('expected an "error" with a "code" and a "message"');
  }
  let { code, executed, details } = isObject(coded) ? coded : {};
  if (code === undefined && typeof error.code === "number") { // of a stranger: these four alone are sure that nothing has run
    code = NUMBERS.get(error.code) ?? "ERROR";
    executed = NUMBERS.has(error.code) ? "no" : "maybe";
  }
  if (typeof code !== "string" || !VISIBLE.test(code)) throw new Error('expected a "code" of visible ASCII characters');
  if (!VERDICTS.includes(executed)) executed = "maybe";
  return new TernError(code, error.message, { details: isObject(details) ? details : {}, executed, meta });
}

/** What is not legal there counts as not said: it costs nobody the result. */
function metadataOf(meta) {
  try {
    return metadata(meta.md);
  } catch {
    return {};
  }
}

// --- JSON with integers of any size: beyond 2^53 they are BigInt

/** It may be strict JSON, and is more than this client reads. */
class OverLimit extends Error {}

const STRING = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
const HEX = /^[0-9a-fA-F]{4}$/;
const LONE = /\p{Surrogate}/u;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
/** @type {[string, unknown][]} */
const LITERALS = [["true", true], ["false", false], ["null", null]];

/** Strict JSON in UTF-8: no NaN, no name twice, no lone surrogate, nothing behind the value. */
export function parse(bytes) {
  const text = typeof bytes === "string" ? bytes : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  let at = 0;

  const wrong = (expected) => new SyntaxError(`not JSON at ${at}: expected ${expected}`);
  const match = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const skip = (character) => {
    match(SPACE);
    if (text[at] !== character) return false;
    at++;
    return true;
  };

  const string = () => {
    let value = "";
    for (;;) {
      value += match(STRING)[0];
      const next = text[at++];
      if (next === '"') break;
      if (next !== "\\") throw wrong("a closed string without control characters");
      const escape = text[at++];
      if (escape === "u") {
        const hex = text.slice(at, at + 4);
        if (!HEX.test(hex)) throw wrong("four hexadecimal digits");
        value += String.fromCharCode(parseInt(hex, 16));
        at += 4;
      } else if (escape !== undefined && Object.hasOwn(ESCAPES, escape)) value += ESCAPES[escape];
      else throw wrong("an escape that JSON has");
    }
    if (LONE.test(value)) throw wrong("whole surrogate pairs");
    return value;
  };

  const number = () => {
    const found = match(NUMBER);
    if (!found) throw wrong("a value");
    const [digits, fraction, exponent] = found;
    if (digits.length > NUMBER_CHARACTERS) throw new OverLimit("a number that is too long");
    const value = Number(digits);
    if (fraction === undefined && exponent === undefined) return Number.isSafeInteger(value) ? value : BigInt(digits);
    if (!Number.isFinite(value)) throw new OverLimit("a number that is too large");
    return value;
  };

  const object = (depth) => {
    const value = {};
    if (skip("}")) return value;
    do {
      if (!skip('"')) throw wrong("a name");
      const name = string();
      if (Object.hasOwn(value, name)) throw wrong("each name once");
      if (!skip(":")) throw wrong("a colon");
      const member = any(depth + 1);
      if (name === "__proto__") Object.defineProperty(value, name, { value: member, enumerable: true, configurable: true, writable: true });
      else value[name] = member;
    } while (skip(","));
    if (!skip("}")) throw wrong("a comma or a brace");
    return value;
  };

  const array = (depth) => {
    const value = [];
    if (skip("]")) return value;
    do value.push(any(depth + 1));
    while (skip(","));
    if (!skip("]")) throw wrong("a comma or a bracket");
    return value;
  };

  const any = (depth) => {
    match(SPACE);
    const first = text[at];
    if (first === "{" || first === "[") {
      if (depth > DEPTH) throw new OverLimit("nested too deep");
      at++;
      return first === "{" ? object(depth) : array(depth);
    }
    if (first === '"') {
      at++;
      return string();
    }
    for (const [word, value] of LITERALS) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return value;
      }
    }
    return number();
  };

  const value = any(1);
  match(SPACE);
  if (at !== text.length) throw wrong("nothing behind the value");
  return value;
}

/**
 * JSON of a value as a server reads it. BigInt is written as an integer. `depth`: that of this value in its message.
 *
 * @returns {string}
 */
export function write(value, depth = 1, where = "value") {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") {
    if (LONE.test(value)) throw refused(`${where}: half a surrogate pair`, "Unicode text");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refused(`${where}: ${value}`, "a finite number, JSON has no other");
    return Object.is(value, -0) ? "-0.0" : String(value);
  }
  if (typeof value === "bigint") {
    const digits = value.toString();
    if (digits.length > NUMBER_CHARACTERS) throw refused(`${where}: a number that is too long`, `at most ${NUMBER_CHARACTERS} characters`);
    return digits;
  }
  if (typeof value !== "object" || ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
    const kind = typeof value === "object" ? value.constructor?.name : typeof value;
    throw refused(`${where}: ${kind}`, "an object, an array, a string, a number, a bigint, a boolean or null");
  }
  if (depth > DEPTH) throw refused(`${where.slice(0, 100)}…: nested too deep`, `at most ${DEPTH} levels, the request's own two included`);
  if (typeof value.toJSON === "function") return write(value.toJSON(), depth + 1, where); // such as a Date
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => write(item, depth + 1, `${where}[${i}]`)).join(",")}]`;
  const members = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue; // as JSON.stringify does
    const quoted = write(name, depth, where);
    if (Buffer.byteLength(quoted) - 2 > NAME_BYTES) throw refused(`${where}: a name that is too long`, `at most ${NAME_BYTES} bytes`);
    members.push(`${quoted}:${write(member, depth + 1, `${where}.${name}`)}`);
  }
  return `{${members.join(",")}}`;
}
