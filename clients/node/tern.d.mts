/** Types of tern.mjs. Times are milliseconds. */

/** What travels as JSON. Integers beyond 2^53 are bigint, in both directions. */
export type Json = null | boolean | number | bigint | string | Json[] | { [name: string]: Json };

/** What may be given: members that are undefined are left out, and what has toJSON, such as a Date, is asked for it. */
export type Params = object | readonly unknown[] | null | undefined;

/** What a call's method would do if it ran twice, as its server declares it. "unsafe": nothing is known; the default. */
export type Effect = "read" | "idempotent" | "once" | "unsafe";

/** Whether an operation may have taken effect. */
export type Verdict = "no" | "maybe" | "yes";

export interface ClientOptions {
  /** To connect, and for each call that gives none: 10,000. */
  timeout?: number;
  /** Bytes of one frame, either way: 16 MiB. */
  limit?: number;
  /** true, or what tls.connect takes, such as { ca, cert, key }. */
  tls?: boolean | import("node:tls").ConnectionOptions;
  /** A token for each call that gives none. */
  auth?: string;
  /** Whether tokens may go to another machine without TLS, where whoever sits between can read them. */
  allowPlainTokens?: boolean;
  /** At one call, the first included, where it is safe to make it again: 3. */
  attempts?: number;
  /** For each attempt; without it an attempt has all the time of its call. */
  attemptTimeout?: number;
}

export interface CallOptions {
  timeout?: number;
  /** Aborted, it ends the call as CANCELLED, and the server is told. */
  signal?: AbortSignal;
  /** Decides what is tried again after a "maybe". "once" makes a key, if none is given, and a key means "once". */
  effect?: Effect;
  /** Strings of your own by name, for the server's code. */
  meta?: Readonly<Record<string, string>>;
  /** The identity of an operation that happens once. */
  key?: string;
  auth?: string;
  idempotent?: boolean;
  attempt?: number;
  repeated?: boolean;
  dedup?: string;
  first_ms?: number;
  traceparent?: string;
  tracestate?: string;
  timing?: boolean;
  accept?: readonly string[];
}

export interface Reply<Result> {
  result: Result;
  /** Strings that the server's code has said beside the result. */
  meta: Record<string, string>;
  /** Whether it is the remembered result of an operation that had run before. */
  replayed: boolean;
}

export class TernError extends Error {
  constructor(code: string, message: string,
    more?: { details?: Record<string, Json>; executed?: Verdict; meta?: Record<string, string>; cause?: unknown });
  code: string;
  details: Record<string, Json>;
  executed: Verdict;
  meta: Record<string, string>;
  /** Whether it is a remembered error, which every attempt would get. */
  replayed: boolean;
  /** How many the call has made. */
  attempts: number;
  /** Of an operation that happens once: to ask or try again with the same. */
  key: string | undefined;
}

/** A call of a batch: what `exchange` takes. */
export interface Item {
  method: string;
  params?: Params;
  options?: CallOptions;
}

/** Calls one server, over one connection at a time: after a lost one the next call opens another. */
export class Client {
  constructor(host: string, port: number, options?: ClientOptions);
  /** Opens the connection now, and fails if that fails. Otherwise the first call opens it, and waits until its deadline. */
  connect(): Promise<this>;
  /** The result, or a TernError. What the result is, the caller says; nothing checks it. */
  call<Result = Json>(method: string, params?: Params, options?: CallOptions): Promise<Result>;
  exchange<Result = Json>(method: string, params?: Params, options?: CallOptions): Promise<Reply<Result>>;
  /** Makes calls that leave in one frame. What came of each, in their order. */
  batch<Result = Json>(items: readonly Item[], options?: { timeout?: number; signal?: AbortSignal }): Promise<(Reply<Result> | TernError)[]>;
  /** Sends a call that is never answered. */
  notify(method: string, params?: Params, options?: CallOptions): Promise<void>;
  /** Ends the connection. Calls that still wait fail with UNAVAILABLE, and the server is told that nobody waits. */
  close(): Promise<void>;
}

export const DEFAULT_LIMIT: number;

/** Strict JSON in UTF-8, with integers of any size. Throws what says where it is none. */
export function parse(text: string | Uint8Array): Json;

/** JSON of a value; a bigint becomes an integer. Throws a TernError, BAD_REQUEST, for what a server would not read. */
export function write(value: unknown, depth?: number, where?: string): string;
