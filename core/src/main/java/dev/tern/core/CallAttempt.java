package dev.tern.core;

import dev.tern.protocol.Executed;
import java.io.Serializable;
import java.time.Duration;

/**
 * One attempt of a call, as the client has seen it.
 *
 * @param number 1 for the first
 * @param endpoint the server's address, as HOST:PORT
 * @param code of the error it came to, or {@link Stats#OK}
 * @param executed whether it may have had its effect; YES for a result
 * @param waited before it, after the attempt before
 * @param began how long after the beginning of the call
 * @param took how long it lasted
 * @param isHedge whether it was made beside another one, which took long: of the two the first
 *     result counted, and the other was cancelled
 */
public record CallAttempt(
    int number,
    String endpoint,
    String code,
    Executed executed,
    Duration waited,
    Duration began,
    Duration took,
    boolean isHedge)
    implements Serializable {}
