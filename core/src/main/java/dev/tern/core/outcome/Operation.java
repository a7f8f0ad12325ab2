package dev.tern.core.outcome;

/**
 * What identifies an operation at a server: the same key of another caller, or for another method,
 * is another operation.
 *
 * @param caller the name of the caller as the server sees it; empty for all that are anonymous
 * @param method the method's name
 * @param key the same over all attempts of the operation
 */
public record Operation(String caller, String method, String key) {}
