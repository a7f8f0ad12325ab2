package dev.tern.core.binding;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.type.TypeFactory;

/** Who may look into an application's records, when the application is a module. */
final class ModuleAccess {
  private static final Module OWN = ModuleAccess.class.getModule();
  private static final Module JACKSON = ObjectMapper.class.getModule();

  private ModuleAccess() {}

  /** Hands what was opened to this module on to Jackson: to open it once is enough. */
  static void handOn(Class<?> type) {
    Module module = type.getModule();
    String name = type.getPackageName();
    if (module.isNamed() && module.isOpen(name, OWN) && !module.isOpen(name, JACKSON)) {
      module.addOpens(name, JACKSON);
    }
  }

  /**
   * Looks at the records in a type, at all depths.
   *
   * @throws IllegalArgumentException if one of them is closed to this module
   */
  static void require(JavaType type, TypeFactory types) {
    require(type, types, new HashSet<>());
  }

  private static void require(JavaType type, TypeFactory types, Set<JavaType> seen) {
    if (!seen.add(type)) {
      return;
    }
    JavaType content = type.isReferenceType() ? type.getReferencedType() : type.getContentType();
    if (content != null) {
      require(content, types, seen);
    }
    if (type.isRecordType()) {
      Class<?> raw = type.getRawClass();
      if (!raw.getModule().isOpen(raw.getPackageName(), OWN)) {
        throw new IllegalArgumentException(closed(raw));
      }
      RecordShape.of(type, types).parts().forEach(part -> require(part.type(), types, seen));
    }
  }

  /** Says what is wrong with a class that is closed to this module. */
  static String closed(Class<?> type) {
    return type.getName()
        + ": not accessible (expected: \"opens "
        + type.getPackageName()
        + " to dev.tern.core\" in its module)";
  }
}
