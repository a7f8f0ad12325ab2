package dev.tern.core;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What both ends know of a method: its name, its types, its effect. Immutable.
 *
 * @param <P> the parameters: a record whose components are the parameters, or a Map, or Void
 * @param <R> the result
 */
public final class Method<P extends @Nullable Object, R extends @Nullable Object> {
  /** Long for a call, and short for a leak. */
  public static final Duration DEFAULT_MAX_RUN = Duration.ofMinutes(10);

  private static final int MAX_NAME = 256;
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7E]{1," + MAX_NAME + "}");

  private final String name;
  private final Type paramsType;
  private final Type resultType;
  private final Effect effect;
  private final boolean interruptible;
  private final String description;
  private final Duration maxRun;
  private final boolean uncompressed;

  private Method(
      String name,
      Type paramsType,
      Type resultType,
      Effect effect,
      boolean interruptible,
      String description,
      Duration maxRun,
      boolean uncompressed) {
    this.name = name;
    this.paramsType = paramsType;
    this.resultType = resultType;
    this.effect = effect;
    this.interruptible = interruptible;
    this.description = description;
    this.maxRun = maxRun;
    this.uncompressed = uncompressed;
  }

  /**
   * A method with the effect UNSAFE.
   *
   * @param name 1-256 visible ASCII characters; a service is what stands before the last dot
   * @throws IllegalArgumentException if the name is none. What the types are is looked at where
   *     they are used: {@code ServerBuilder.listen} looks at both, {@code Client.call} at the
   *     result
   */
  public static <P extends @Nullable Object, R extends @Nullable Object> Method<P, R> of(
      String name, Class<P> params, Class<R> result) {
    return of(name, (Type) params, result);
  }

  /** A method with a generic result, such as {@code new TypeRef<List<String>>() {}}. */
  public static <P extends @Nullable Object, R extends @Nullable Object> Method<P, R> of(
      String name, Class<P> params, TypeRef<R> result) {
    return of(name, params, result.type());
  }

  /** A method with generic params. */
  public static <P extends @Nullable Object, R extends @Nullable Object> Method<P, R> of(
      String name, TypeRef<P> params, Class<R> result) {
    return of(name, params.type(), result);
  }

  /** A method with generic params and a generic result. */
  public static <P extends @Nullable Object, R extends @Nullable Object> Method<P, R> of(
      String name, TypeRef<P> params, TypeRef<R> result) {
    return of(name, params.type(), result.type());
  }

  private static <P extends @Nullable Object, R extends @Nullable Object> Method<P, R> of(
      String name, Type params, Type result) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "method name: \"" + name + "\" (expected: 1 to 256 visible ASCII characters)");
    }
    return new Method<>(name, params, result, Effect.UNSAFE, false, "", DEFAULT_MAX_RUN, false);
  }

  /** This method with an effect. */
  public Method<P, R> effect(Effect declared) {
    return new Method<>(
        name, paramsType, resultType, declared, interruptible, description, maxRun, uncompressed);
  }

  /**
   * This method, whose thread may be interrupted when nobody waits for it any more, whatever its
   * effect. READ and IDEMPOTENT methods always may.
   */
  public Method<P, R> interruptible() {
    return new Method<>(
        name, paramsType, resultType, effect, true, description, maxRun, uncompressed);
  }

  /** This method with a sentence for {@code rpc.discover}. */
  public Method<P, R> describedAs(String sentence) {
    return new Method<>(
        name, paramsType, resultType, effect, interruptible, sentence, maxRun, uncompressed);
  }

  /**
   * This method, with how long it may run for an operation that must happen once: such a run goes
   * on when nobody waits for it any more. After that time its token is cancelled, and the operation
   * counts as failed. {@link #DEFAULT_MAX_RUN} if not said.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Method<P, R> maxRun(Duration longest) {
    if (!longest.isPositive()) {
      throw new IllegalArgumentException("maxRun: " + longest + " (expected: more than 0)");
    }
    return new Method<>(
        name, paramsType, resultType, effect, interruptible, description, longest, uncompressed);
  }

  /**
   * This method, whose params and result are never compressed, whatever both ends read. For one
   * that has a secret beside what a stranger chooses: who sees how long a message is under TLS, and
   * may choose a part of it, finds out what the other part is like. To be said at both ends.
   */
  public Method<P, R> uncompressed() {
    return new Method<>(
        name, paramsType, resultType, effect, interruptible, description, maxRun, true);
  }

  /** What it is called by: 1-256 visible ASCII characters. */
  public String name() {
    return name;
  }

  /** The Java type of the params, with its type arguments; {@code Void} for none. */
  public Type paramsType() {
    return paramsType;
  }

  /** The Java type of the result, with its type arguments; {@code Void} for none. */
  public Type resultType() {
    return resultType;
  }

  /** What running it twice would do; UNSAFE if not declared. */
  public Effect effect() {
    return effect;
  }

  /** Whether its thread may be interrupted when nobody waits for it any more. */
  public boolean isInterruptible() {
    return interruptible || effect.isInterruptible();
  }

  /** What {@code rpc.discover} says of it; empty if nothing was said. */
  public String description() {
    return description;
  }

  /** Whether its params and its result are never compressed. */
  public boolean isUncompressed() {
    return uncompressed;
  }

  /** How long one run may take that belongs to an operation, not to a call. */
  public Duration maxRun() {
    return maxRun;
  }

  @Override
  public String toString() {
    return "%s(%s) → %s, %s"
        .formatted(name, paramsType.getTypeName(), resultType.getTypeName(), effect);
  }
}
