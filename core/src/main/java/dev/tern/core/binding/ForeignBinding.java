package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Binds what has no shape of its own here: classes with getters and setters, trees of another
 * library, whatever is annotated for one. Made by an optional module. For many threads.
 */
public interface ForeignBinding {

  /** Makes one for each codec; found by {@link java.util.ServiceLoader}. */
  interface Provider {
    /**
     * @param refusesUnknown whether fields that a type does not declare are an error
     * @param writesDeclared whether a value is written as what it was declared to be; else as what
     *     it is
     * @param limits to which what is read has been held already
     */
    ForeignBinding create(boolean refusesUnknown, boolean writesDeclared, Limits limits);
  }

  /** Reads and writes the values of one type. */
  interface Leaf {
    /**
     * Reads a value of strict JSON.
     *
     * @param isParams whether an array may stand for a record
     * @return null only for null, where the type allows one
     * @throws BindingException if it does not fit
     */
    @Nullable Object read(byte[] json, boolean isParams);

    /**
     * Writes a value as JSON, which is looked at before it leaves.
     *
     * @throws EncodingException if it has no form
     */
    byte[] write(Object value);

    /** What it expects, in words for a peer that may not be written in Java. */
    String expected();

    /** Why nobody can be given a value; null if they can. */
    @Nullable String problem();

    /**
     * Why none can be written; null if it can.
     *
     * @param problemOf says why nobody can be given a value of another type, null if they can: what
     *     is written is to be read
     */
    @Nullable String problemOfWriting(Function<Type, @Nullable String> problemOf);

    /** The records that a value holds, whose rules are to hold for them there, too. */
    List<Type> parts();

    /**
     * Its JSON Schema, where it stands by itself.
     *
     * @param schemaOf gives that of another type
     */
    Map<String, Object> schema(Function<Type, Map<String, Object>> schemaOf);

    /** Whether its values are objects or arrays, as params are. */
    boolean mayBeParams();
  }

  /** Whether a class says, by annotations, that it wants to be bound by this. */
  boolean claims(Class<?> type);

  /** Whether an annotation of Jackson's stands anywhere on a class. */
  static boolean isAnnotated(Class<?> type) {
    Stream<AnnotatedElement> executables =
        Stream.concat(
                Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()))
            .flatMap(one -> Stream.concat(Stream.of(one), Stream.of(one.getParameters())));
    Stream<AnnotatedElement> others =
        Stream.concat(Stream.of(type), Stream.of(type.getDeclaredFields()));
    return Stream.concat(executables, others)
        .flatMap(element -> Stream.of(element.getAnnotations()))
        .map(Annotation::annotationType)
        .map(Class::getName)
        .anyMatch(
            name -> name.startsWith("com.fasterxml.jackson.") || name.startsWith("tools.jackson."));
  }

  /** The leaf of a declared type. */
  Leaf leaf(Type type);

  /** The leaf that writes objects of a class. */
  Leaf leafOf(Class<?> type);
}
