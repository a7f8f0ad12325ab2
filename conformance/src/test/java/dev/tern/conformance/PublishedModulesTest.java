package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/** The jars are modules, and find all that they require among what they depend upon. */
@DisabledIf(
    value = "isOneFolder",
    disabledReason = "the classes were compiled into one folder, not as modules")
class PublishedModulesTest {

  static boolean isOneFolder() {
    return modules().findAll().stream()
        .noneMatch(found -> found.descriptor().name().startsWith("dev.tern"));
  }

  @Test
  void theJarsResolveAsModules() {
    Set<String> published =
        Set.of(
            "dev.tern.protocol",
            "dev.tern.core",
            "dev.tern.transport.threads",
            "dev.tern.transport.netty",
            "dev.tern.testkit");
    ModuleFinder modules = modules();
    Configuration resolved =
        Configuration.empty()
            .resolve(
                ModuleFinder.compose(ModuleFinder.ofSystem(), modules),
                ModuleFinder.of(),
                published);
    Set<String> ours =
        resolved.modules().stream()
            .map(ResolvedModule::name)
            .filter(name -> name.startsWith("dev.tern"))
            .collect(Collectors.toSet());
    assertThat(ours).isEqualTo(published);
  }

  /** What the class path holds that has a descriptor of its own. */
  private static ModuleFinder modules() {
    Path[] explicit =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(PublishedModulesTest::isExplicit)
            .toArray(Path[]::new);
    return ModuleFinder.of(explicit);
  }

  private static boolean isExplicit(Path entry) {
    try {
      return ModuleFinder.of(entry).findAll().stream()
          .noneMatch(module -> module.descriptor().isAutomatic());
    } catch (FindException e) {
      return false;
    }
  }
}
