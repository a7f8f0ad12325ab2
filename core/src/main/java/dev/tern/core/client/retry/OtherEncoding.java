package dev.tern.core.client.retry;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.Encoding;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Of a call whose params are not in JSON, as its caller wishes.
 *
 * @param encoding in which they are
 * @param json writes them in JSON, for a server that has not got the encoding; null if the call can
 *     be made in this one alone
 */
public record OtherEncoding(Encoding encoding, @Nullable Supplier<@Nullable Bytes> json) {}
