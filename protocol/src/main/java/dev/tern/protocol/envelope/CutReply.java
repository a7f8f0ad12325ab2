package dev.tern.protocol.envelope;

import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import org.jspecify.annotations.Nullable;

/**
 * What the beginning of a reply tells whose end was not read.
 *
 * @param id whose reply it is; null if that did not stand whole in the beginning
 * @param executed YES if it began as a success, else MAYBE
 */
public record CutReply(@Nullable Id id, Executed executed) {}
