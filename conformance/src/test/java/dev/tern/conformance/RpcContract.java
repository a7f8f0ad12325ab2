package dev.tern.conformance;

/**
 * What client and server do over any transport. Its parts, one file and one superclass each:
 * serving, errors, lanes, gates, deadlines, cancelling, connections, dialects, races, log.
 */
abstract class RpcContract extends LogContract {}
