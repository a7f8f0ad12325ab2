package dev.tern.core.retry;

import dev.tern.protocol.Executed;

/**
 * How one attempt failed, as far as it matters for another one.
 *
 * @param executed the verdict of this attempt
 * @param isTransient whether the same call may succeed a little later
 * @param isReplayed whether the error is a remembered one, which every attempt would get
 * @param retryAfterMillis what the server asks for; -1 if it asks for nothing
 */
public record Failure(
    Executed executed, boolean isTransient, boolean isReplayed, long retryAfterMillis) {}
