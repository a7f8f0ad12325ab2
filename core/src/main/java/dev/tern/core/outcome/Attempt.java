package dev.tern.core.outcome;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an operation, as it has come.
 *
 * @param params what identifies its params
 * @param number 1 for the first
 * @param dedup the store that the operation began with; null if that is not said
 * @param firstMillis when it began by the clock of that store; null if that is not said
 * @param lease how long it may run
 */
public record Attempt(
    Operation operation,
    ParamsHash params,
    int number,
    @Nullable String dedup,
    @Nullable Long firstMillis,
    Duration lease) {}
