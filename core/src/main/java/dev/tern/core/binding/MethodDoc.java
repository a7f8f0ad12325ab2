package dev.tern.core.binding;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * What {@code rpc.discover} says about one method.
 *
 * @param params the type of its params; {@code Void} for none
 * @param result the type of its result; {@code Void} for none
 * @param effect READ, IDEMPOTENT, ONCE or UNSAFE
 * @param description one sentence for people; null for none
 */
public record MethodDoc(
    String name, Type params, Type result, String effect, @Nullable String description) {}
