package dev.tern.core.binding.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where in a record an annotation named {@code Nullable} stands that reflection does not show: one
 * that is kept in class files only, or whose own class is not there. What cannot be read says
 * nothing.
 */
final class UnseenNullables {
  private static final String NAME = "Nullable;";

  /** The descriptor of a class of that name, as it stands in a class file. */
  private static final Pattern DESCRIPTOR = Pattern.compile("L([\\w$/\\x80-\\xff]*[/$])?Nullable;");

  /** By record. Texts alone: they keep nothing of a class that outlives this one. */
  private static final ClassValue<Set<String>> PLACES =
      new ClassValue<>() {
        @Override
        protected Set<String> computeValue(Class<?> type) {
          return find(type);
        }
      };

  private UnseenNullables() {}

  /** The places, as {@link TypePlace} names them. */
  static Set<String> of(Class<?> type) {
    return PLACES.get(type);
  }

  private static Set<String> find(Class<?> type) {
    String name = type.getName();
    String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
      return areAllShown(bytes, type.getClassLoader())
          ? Set.of()
          : ClassFileNullables.placesIn(bytes);
    } catch (IOException | RuntimeException e) { // also of whatever class loader, or file, this is
      return Set.of();
    }
  }

  /** A cheap look, as most have none, or one that reflection shows. */
  static boolean areAllShown(byte[] file, @Nullable ClassLoader loader) {
    String text = new String(file, ISO_8859_1);
    return !text.contains(NAME)
        || DESCRIPTOR.matcher(text).results().allMatch(one -> isShown(one.group(), loader));
  }

  private static boolean isShown(String descriptor, @Nullable ClassLoader loader) {
    String name = descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
    try {
      Retention retention = Class.forName(name, false, loader).getAnnotation(Retention.class);
      return retention != null && retention.value() == RetentionPolicy.RUNTIME;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
