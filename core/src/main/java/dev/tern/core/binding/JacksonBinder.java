package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;

/** Binds whatever Jackson can, and says what does not fit in our own words. */
final class JacksonBinder implements Binder {
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final ObjectReader reader;
  private final @Nullable List<String> positionalNames;

  /**
   * @param positionalNames the names of a record's components, if an array shall do as well; else
   *     null
   * @throws IllegalArgumentException if no such value can ever be made
   */
  JacksonBinder(JsonMapper mapper, JavaType type, @Nullable List<String> positionalNames) {
    this.reader = mapper.readerFor(type);
    this.positionalNames = positionalNames;
    try {
      // Builds what will read the type: a type that cannot be read is found here, not by a call.
      reader.readValue(NULL);
    } catch (InvalidDefinitionException e) {
      throw new IllegalArgumentException(
          type.toCanonical() + ": cannot be read from JSON: " + e.getOriginalMessage(), e);
    } catch (MismatchedInputException e) {
      // A type that refuses null: it can be read.
    }
  }

  @Override
  public @Nullable Object bind(Bytes encoded) {
    byte[] json = encoded.toByteArray();
    if (positionalNames == null || !Positional.isArray(json)) {
      return read(json, null);
    }
    return read(Positional.byName(json, positionalNames), positionalNames);
  }

  private @Nullable Object read(byte[] json, @Nullable List<String> names) {
    try {
      return reader.readValue(new StrictParser(reader.createParser(json), json));
    } catch (JacksonException e) {
      throw translate(e, json, names);
    }
  }

  private static RuntimeException translate(
      JacksonException e, byte[] json, @Nullable List<String> names) {
    List<Reference> steps =
        e instanceof StrictParser.UnfitException unfit ? unfit.place() : e.getPath();
    String path = names == null ? Excerpt.path(steps) : Excerpt.path(positional(steps, names));
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          BindingException.mismatch(
              path, "unknown field", Expected.names(known(unknown.getKnownPropertyIds())));
      case InvalidFormatException format
          when format.getValue() instanceof String key && isContainer(Excerpt.at(json, steps)) ->
          BindingException.mismatch(
              path, "the name " + Excerpt.quote(key), Expected.of(format.getTargetType()));
      case MismatchedInputException mismatch ->
          BindingException.mismatch(
              path, Excerpt.at(json, steps), Expected.of(mismatch.getTargetType()));
      case InputCoercionException range ->
          BindingException.mismatch(
              path, Excerpt.at(json, steps), Expected.of(range.getTargetType()));
      case ValueInstantiationException refused -> refused(path, refused);
      case InvalidDefinitionException wrong ->
          new IllegalStateException("a type that cannot be read from JSON", wrong);
      default ->
          e.getCause() == null
              ? BindingException.mismatch(path, Excerpt.at(json, steps), Expected.of(null))
              : refused(path, e);
    };
  }

  private static BindingException refused(String path, JacksonException e) {
    Throwable cause = e;
    while (cause instanceof JacksonException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof JacksonException
        ? BindingException.refused(path, Refusal.UNSAID)
        : Refusal.of(path, cause);
  }

  /** The peer sent no names, so it gets none back. */
  private static List<Reference> positional(List<Reference> steps, List<String> names) {
    if (steps.isEmpty()) {
      return steps;
    }
    int index = names.indexOf(steps.getFirst().getPropertyName());
    if (index < 0) {
      return steps;
    }
    List<Reference> out = new ArrayList<>(steps);
    out.set(0, new Reference(null, index));
    return out;
  }

  private static boolean isContainer(String found) {
    return found.startsWith("an ");
  }

  private static List<String> known(@Nullable Collection<Object> ids) {
    return ids == null ? List.of() : ids.stream().map(String::valueOf).toList();
  }
}
