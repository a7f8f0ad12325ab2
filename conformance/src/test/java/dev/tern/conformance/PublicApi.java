package dev.tern.conformance;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A class as its users see it: what is public or protected, one member a line, in an order that
 * does not depend on the JVM. What every record, enum and object has is left out.
 */
final class PublicApi {
  /** Packages in front of a type's name; they make lines long and tell little. */
  private static final Pattern PACKAGES = Pattern.compile("\\b(?:[a-z]\\w*\\.)+(?=[A-Z@])");

  private static final Set<String> OF_ANY_OBJECT = Set.of("equals", "hashCode", "toString");

  private PublicApi() {}

  /** The lines of a class and of the visible classes in it, indented. */
  static List<String> linesOf(Class<?> type) {
    List<String> lines = new ArrayList<>();
    lines.add(header(type));
    members(type).forEach(member -> lines.add("  " + member));
    Stream.of(type.getDeclaredClasses())
        .filter(nested -> isVisible(nested.getModifiers()) && !nested.isSynthetic())
        .sorted((a, b) -> a.getSimpleName().compareTo(b.getSimpleName()))
        .forEach(nested -> linesOf(nested).forEach(line -> lines.add("  " + line)));
    return lines;
  }

  private static String header(Class<?> type) {
    List<String> words = new ArrayList<>();
    int modifiers = type.getModifiers();
    if (Modifier.isProtected(modifiers)) {
      words.add("protected");
    }
    if (type.isSealed()) {
      words.add("sealed");
    }
    boolean plainClass = !type.isInterface() && !type.isRecord() && !type.isEnum();
    if (plainClass && Modifier.isAbstract(modifiers)) {
      words.add("abstract");
    }
    if (plainClass && Modifier.isFinal(modifiers)) {
      words.add("final");
    }
    words.add(kind(type));
    words.add(type.getSimpleName() + typeParameters(type.getTypeParameters()) + components(type));
    if (plainClass && type.getSuperclass() != Object.class) {
      words.add("extends " + text(type.getAnnotatedSuperclass()));
    }
    AnnotatedType[] interfaces = type.getAnnotatedInterfaces();
    if (interfaces.length > 0) {
      words.add((type.isInterface() ? "extends " : "implements ") + list(interfaces));
    }
    return String.join(" ", words);
  }

  private static String kind(Class<?> type) {
    if (type.isAnnotation()) {
      return "@interface";
    }
    if (type.isInterface()) {
      return "interface";
    }
    return type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
  }

  private static String components(Class<?> type) {
    return !type.isRecord()
        ? ""
        : Stream.of(type.getRecordComponents())
            .map(part -> text(part.getAnnotatedType()) + " " + part.getName())
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static Set<String> members(Class<?> type) {
    Set<String> lines = new TreeSet<>(PublicApi::fieldsThenConstructorsThenMethods);
    for (Field field : type.getDeclaredFields()) {
      if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
        lines.add(field(field));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor.getModifiers()) && !isCanonical(constructor)) {
        lines.add(modifiers(constructor) + signature(constructor, type.getSimpleName()));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isVisible(method.getModifiers()) && !method.isSynthetic() && !isImplied(method)) {
        lines.add(
            modifiers(method)
                + typeParameters(method.getTypeParameters(), " ")
                + text(method.getAnnotatedReturnType())
                + " "
                + signature(method, method.getName()));
      }
    }
    return lines;
  }

  private static int fieldsThenConstructorsThenMethods(String a, String b) {
    int order = Integer.compare(rank(a), rank(b));
    return order != 0 ? order : a.compareTo(b);
  }

  private static int rank(String line) {
    int bracket = line.indexOf('(');
    if (bracket < 0) {
      return 0;
    }
    int name = line.lastIndexOf(' ', bracket) + 1;
    return Character.isUpperCase(line.charAt(name)) ? 1 : 2;
  }

  private static String field(Field field) {
    if (field.isEnumConstant()) {
      return field.getName();
    }
    String line = modifiers(field.getModifiers()) + text(field.getAnnotatedType());
    return line + " " + field.getName() + value(field);
  }

  /** The value of a constant that compilers copy into its users. */
  private static String value(Field field) {
    boolean copied = field.getType().isPrimitive() || field.getType() == String.class;
    if (!copied || !Modifier.isStatic(field.getModifiers())) {
      return "";
    }
    try {
      return " = " + field.get(null);
    } catch (IllegalAccessException e) {
      return "";
    }
  }

  private static String modifiers(Executable member) {
    return modifiers(member.getModifiers())
        + (member instanceof Method method && method.isDefault() ? "default " : "");
  }

  private static String modifiers(int modifiers) {
    return (Modifier.isProtected(modifiers) ? "protected " : "")
        + (Modifier.isStatic(modifiers) ? "static " : "")
        + (Modifier.isAbstract(modifiers) ? "abstract " : "");
  }

  private static String signature(Executable member, String name) {
    AnnotatedType[] thrown = member.getAnnotatedExceptionTypes();
    return name
        + "("
        + list(member.getAnnotatedParameterTypes())
        + ")"
        + (thrown.length == 0 ? "" : " throws " + list(thrown));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  /** The constructor that the header of a record says already. */
  private static boolean isCanonical(Constructor<?> constructor) {
    RecordComponent[] parts = constructor.getDeclaringClass().getRecordComponents();
    return parts != null
        && Arrays.equals(
            constructor.getParameterTypes(),
            Stream.of(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
  }

  private static boolean isImplied(Method method) {
    Class<?> owner = method.getDeclaringClass();
    if (OF_ANY_OBJECT.contains(method.getName())) {
      return true;
    }
    if (owner.isEnum()) {
      return method.getName().equals("values") || method.getName().equals("valueOf");
    }
    return owner.isRecord()
        && method.getParameterCount() == 0
        && Stream.of(owner.getRecordComponents())
            .anyMatch(part -> part.getName().equals(method.getName()));
  }

  private static String typeParameters(TypeVariable<?>[] variables) {
    return typeParameters(variables, "");
  }

  private static String typeParameters(TypeVariable<?>[] variables, String after) {
    return variables.length == 0
        ? ""
        : Stream.of(variables)
            .map(variable -> variable.getName() + bounds(variable))
            .collect(Collectors.joining(", ", "<", ">" + after));
  }

  private static String bounds(TypeVariable<?> variable) {
    String bounds =
        Stream.of(variable.getAnnotatedBounds())
            .map(PublicApi::text)
            .collect(Collectors.joining(" & "));
    return bounds.equals("Object") ? "" : " extends " + bounds;
  }

  private static String list(AnnotatedType[] types) {
    return Stream.of(types).map(PublicApi::text).collect(Collectors.joining(", "));
  }

  private static String text(AnnotatedType type) {
    return shortened(type.toString());
  }

  /** Without packages, and with an annotation in front of the name: {@code @Nullable String}. */
  private static String shortened(String text) {
    return PACKAGES.matcher(text).replaceAll("").replace("()", "").replace('$', '.');
  }
}
