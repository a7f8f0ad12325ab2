package dev.tern.core.binding;

import dev.tern.core.binding.type.GenericType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks, before there are values, at all that a type consists of: what nobody can be given, or
 * nobody can ever make, is said when a method is declared, not by each call.
 */
final class TypeRules {
  private final Set<ValueBinder> seen = new HashSet<>();

  /** Of records: false while what they must hold is looked at, then true. */
  private final Map<ValueBinder, Boolean> isFinite = new HashMap<>();

  private TypeRules() {}

  /**
   * Looks at a type that is read.
   *
   * @throws IllegalArgumentException if no value can ever fit it
   */
  static void requireReadable(GenericType type, ValueBinder binder) {
    String problem = problemOf(binder);
    if (problem != null) {
      throw new IllegalArgumentException(
          problem.startsWith(type.toString()) ? problem : type + ": " + problem);
    }
  }

  /** Why no value can ever fit a type; null if one can. */
  static @Nullable String problemOf(ValueBinder binder) {
    return new TypeRules().problemWithin(binder);
  }

  private @Nullable String problemWithin(ValueBinder binder) {
    if (!seen.add(binder)) {
      return null;
    }
    String problem = binder.problem();
    if (problem == null && binder instanceof RecordBinder record && !isFinite.containsKey(record)) {
      problem = endless(record.type().getName(), record);
    }
    for (ValueBinder part : binder.parts()) {
      if (problem == null) {
        problem =
            part instanceof MessageBinder message ? message.problemWithin() : problemWithin(part);
      }
    }
    return problem;
  }

  /**
   * Says where a value can never end that must be there; null if it can.
   *
   * @param path where the value is
   */
  private @Nullable String endless(String path, ValueBinder binder) {
    boolean isNothing =
        binder instanceof VoidBinder
            || (binder instanceof EnumBinder constants && constants.isEmpty());
    if (isNothing || Boolean.FALSE.equals(isFinite.get(binder))) {
      return path
          + ": no finite value (expected: another type; or Optional, @Nullable, a List of it)";
    }
    return switch (binder) {
      case RecursiveBinder within -> endless(path, within.target());
      case RecordBinder record when !isFinite.containsKey(record) -> endless(path, record);
      case UnionBinder union -> {
        String first = null;
        for (RecordBinder one : union.cases()) {
          String problem = endless(path, (ValueBinder) one);
          if (problem == null) {
            yield null;
          }
          first = first == null ? problem : first;
        }
        yield first;
      }
      default -> null;
    };
  }

  private @Nullable String endless(String path, RecordBinder record) {
    isFinite.put(record, false);
    for (RecordBinder.Component component : record.components()) {
      String problem =
          component.isRequired()
              ? endless(path + "." + component.name().text(), component.type())
              : null;
      if (problem != null) {
        isFinite.remove(record); // another one of a union may end, and this is still to be said
        return problem;
      }
    }
    isFinite.put(record, true);
    return null;
  }

  /**
   * Looks at a type that is written.
   *
   * @throws IllegalArgumentException if no value can ever be written
   */
  static void requireWritable(GenericType type, ValueBinder binder) {
    requireReadable(type, binder); // what no client can read is not served
    requireWritable(binder, new HashSet<>());
  }

  private static void requireWritable(ValueBinder binder, Set<ValueBinder> seen) {
    if (!seen.add(binder)) {
      return;
    }
    String problem = binder instanceof ForeignBinder leaf ? leaf.problemOfWriting() : null;
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    binder.parts().forEach(part -> requireWritable(part, seen));
  }
}
