package dev.tern.core.binding.type;

/** Who may look into an application's records, when the application is a module. */
public final class ModuleAccess {
  private static final Module OWN = ModuleAccess.class.getModule();

  private ModuleAccess() {}

  /** Whether a class is open to this module. */
  public static boolean isOpen(Class<?> type) {
    return type.getModule().isOpen(type.getPackageName(), OWN);
  }

  /** Hands what was opened to this module on to another: to open it once is enough. */
  public static void handOn(Class<?> type, Module to) {
    Module module = type.getModule();
    String name = type.getPackageName();
    if (module.isNamed() && module.isOpen(name, OWN) && !module.isOpen(name, to)) {
      module.addOpens(name, to);
    }
  }

  /** Says what is wrong with a class that is closed to this module. */
  public static String closed(Class<?> type) {
    return type.getName()
        + ": not accessible (expected: \"opens "
        + type.getPackageName()
        + " to dev.tern.core\" in its module)";
  }
}
