package dev.tern.binding.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Which types can be read at all: this is found when they are declared, and not by a call. */
final class Readable {
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private Readable() {}

  /** Why no value of a type can ever be made; null if one can. */
  static @Nullable String problemOf(JsonMapper mapper, JavaType type) {
    try {
      // Builds what will read the type.
      mapper.readerFor(type).readValue(NULL);
      return null;
    } catch (InvalidDefinitionException e) {
      String told = String.valueOf(e.getOriginalMessage());
      return told.startsWith(type.getRawClass().getName())
          ? told
          : type.toCanonical() + ": cannot be read from JSON: " + told;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    } catch (MismatchedInputException e) {
      return null; // a type that refuses null: it can be read
    }
  }
}
