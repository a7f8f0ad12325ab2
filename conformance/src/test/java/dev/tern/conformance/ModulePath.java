package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** What lies on the class path of these tests, taken as modules. */
final class ModulePath {
  /** What has a name of its own, and no descriptor: protobuf-java, and lz4-java. */
  private static final Set<String> NAMED_ONLY = Set.of("com.google.protobuf", "org.lz4.java");

  private ModulePath() {}

  /** Whether the classes were compiled into one folder, not as modules. */
  static boolean isOneFolder() {
    return modules().findAll().stream()
        .noneMatch(found -> found.descriptor().name().startsWith("dev.tern"));
  }

  /**
   * Runs an application as a module, above the modules of the class path.
   *
   * @param descriptor the source of module {@code app}
   * @param main the source of {@code app.Main}
   * @return what its method {@code run} does
   */
  static String run(Path folder, String descriptor, String main) throws Exception {
    Path source = Files.writeString(folder.resolve("Main.java"), main);
    Path module = Files.writeString(folder.resolve("module-info.java"), descriptor);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "--module-path",
                Stream.of(explicit())
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator)),
                "-d",
                folder.resolve("classes").toString(),
                source.toString(),
                module.toString());
    assertThat(status).as("javac's status").isZero();
    ModuleFinder finder =
        ModuleFinder.compose(ModuleFinder.of(folder.resolve("classes")), modules());
    Configuration resolved =
        ModuleLayer.boot().configuration().resolve(finder, ModuleFinder.of(), Set.of("app"));
    ModuleLayer layer =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader());
    return (String) layer.findLoader("app").loadClass("app.Main").getMethod("run").invoke(null);
  }

  /** What the class path holds that has a descriptor of its own, and what needs none. */
  static ModuleFinder modules() {
    return ModuleFinder.of(explicit());
  }

  static Path[] explicit() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(ModulePath::isExplicit)
        .toArray(Path[]::new);
  }

  private static boolean isExplicit(Path entry) {
    try {
      return ModuleFinder.of(entry).findAll().stream()
          .map(ModuleReference::descriptor)
          .allMatch(module -> !module.isAutomatic() || NAMED_ONLY.contains(module.name()));
    } catch (FindException e) {
      return false;
    }
  }
}
