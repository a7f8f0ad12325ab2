package dev.tern.core;

import java.lang.reflect.Type;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What both ends know of a method: its name, its types, its effect. Immutable.
 *
 * @param <P> the parameters: a record whose components are the parameters, or a Map, or Void
 * @param <R> the result
 */
public final class Method<P extends @Nullable Object, R extends @Nullable Object> {
  private static final int MAX_NAME = 256;
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7E]{1," + MAX_NAME + "}");

  private final String name;
  private final Type paramsType;
  private final Type resultType;
  private final Effect effect;
  private final boolean interruptible;
  private final String description;

  private Method(
      String name,
      Type paramsType,
      Type resultType,
      Effect effect,
      boolean interruptible,
      String description) {
    this.name = name;
    this.paramsType = paramsType;
    this.resultType = resultType;
    this.effect = effect;
    this.interruptible = interruptible;
    this.description = description;
  }

  /**
   * A method with the effect UNSAFE.
   *
   * @param name 1-256 visible ASCII characters; a service is what stands before the last dot
   * @throws IllegalArgumentException if the name is none. What the types are is looked at where
   *     they are read: {@code ServerBuilder.listen} looks at the params, {@code Client.call} at the
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
    return new Method<>(name, params, result, Effect.UNSAFE, false, "");
  }

  /** This method with an effect. */
  public Method<P, R> effect(Effect declared) {
    return new Method<>(name, paramsType, resultType, declared, interruptible, description);
  }

  /**
   * This method, whose thread may be interrupted when nobody waits for it any more, whatever its
   * effect. READ and IDEMPOTENT methods always may.
   */
  public Method<P, R> interruptible() {
    return new Method<>(name, paramsType, resultType, effect, true, description);
  }

  /** This method with a sentence for {@code rpc.discover}. */
  public Method<P, R> describedAs(String sentence) {
    return new Method<>(name, paramsType, resultType, effect, interruptible, sentence);
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

  @Override
  public String toString() {
    return "%s(%s) → %s, %s"
        .formatted(name, paramsType.getTypeName(), resultType.getTypeName(), effect);
  }
}
