package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

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
  void theJarsThatMavenPublishesResolveAsModules() {
    Set<String> published = published();
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

  /** What a module exports to others of Tern's alone, a user can do nothing with. */
  @Test
  void theirJavadocLeavesOutWhatUsersCannotReach() {
    Set<String> hidden =
        modules().findAll().stream()
            .map(ModuleReference::descriptor)
            .filter(module -> published().contains(module.name()))
            .flatMap(module -> module.exports().stream())
            .filter(ModuleDescriptor.Exports::isQualified)
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    Matcher leftOut =
        Pattern.compile("<excludePackageNames>(.*)</excludePackageNames>")
            .matcher(ProjectFiles.read("pom.xml"));
    assertThat(leftOut.find()).isTrue();
    assertThat(leftOut.group(1).split(":")).containsExactlyInAnyOrderElementsOf(hidden);
  }

  /** The folders of all poms that do not keep Maven from publishing what is made there. */
  static Set<String> publishedFolders() {
    return ProjectFiles.inFolders("pom.xml").stream()
        .filter(pom -> !ProjectFiles.read(pom).contains("<maven.deploy.skip>true<"))
        .map(pom -> pom.substring(0, pom.indexOf('/')))
        .collect(Collectors.toSet());
  }

  private static Set<String> published() {
    return publishedFolders().stream()
        .map(folder -> "dev.tern." + folder.replace('-', '.'))
        .collect(Collectors.toSet());
  }

  /** An editor shows them to who uses a jar. Maven makes them when all else of a module is done. */
  @Test
  void theirSourcesAndTheirJavadocLieBesideTheJars() throws Exception {
    for (String skipped : List.of("maven.source.skip", "maven.javadoc.skip")) {
      assumeFalse(Boolean.getBoolean(skipped), skipped + " was said");
    }
    String version = ReadmeTest.version();
    Set<String> names =
        publishedFolders().stream()
            .map(folder -> "tern-" + folder + "-" + version + ".jar")
            .collect(Collectors.toSet());
    List<Path> jars =
        Stream.of(explicit())
            .filter(path -> names.contains(path.getFileName().toString()))
            .toList();
    assumeFalse(jars.isEmpty(), "Maven's phase \"verify\" was not asked for: there are no jars");
    assertThat(jars)
        .allSatisfy(
            jar -> {
              assertThat(entries(jar, "-sources")).anyMatch(name -> name.endsWith(".java"));
              assertThat(entries(jar, "-javadoc")).contains("index.html");
            });
  }

  private static List<String> entries(Path jar, String kind) {
    Path other = jar.resolveSibling(jar.getFileName().toString().replace(".jar", kind + ".jar"));
    try (JarFile file = new JarFile(other.toFile())) {
      return file.stream().map(JarEntry::getName).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(other + ", which Maven makes at \"verify\"", e);
    }
  }

  private static final String APPLICATION =
      """
      package app;

      import dev.tern.core.Method;
      import dev.tern.core.client.Client;
      import dev.tern.core.server.Server;
      import dev.tern.transport.threads.ThreadsTransport;
      import java.util.List;

      public class Main {
        record Item(String name, List<Integer> sizes) {}

        record Order(Item first, List<Item> rest) {}

        static final Method<Order, Order> SAME = Method.of("same", Order.class, Order.class);

        public static String run() throws Exception {
          try (ThreadsTransport transport = new ThreadsTransport();
              Server server = Server.builder(transport).serve(SAME, order -> order).listen(0);
              Client client = Client.builder(transport).connect(server.address())) {
            Item item = new Item("i", List.of(1));
            return client.call(SAME, new Order(item, List.of(item))).toString();
          }
        }
      }
      """;

  @Test
  void recordsOfAnyShapeAreBoundIfTheirPackageIsOpenToCore(@TempDir Path folder) throws Exception {
    assertThat(run(folder, "opens app to dev.tern.core;"))
        .isEqualTo("Order[first=Item[name=i, sizes=[1]], rest=[Item[name=i, sizes=[1]]]]");
  }

  @Test
  void aPackageThatIsClosedIsToldWhenTheServerStarts(@TempDir Path folder) {
    assertThatThrownBy(() -> run(folder, ""))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .rootCause()
        .hasMessage(
            "app.Main$Order: not accessible"
                + " (expected: \"opens app to dev.tern.core\" in its module)");
  }

  /** Runs the application as a module, above the modules of the class path. */
  private static String run(Path folder, String opens) throws Exception {
    String module =
        "module app { requires dev.tern.core; requires dev.tern.transport.threads; exports app; "
            + opens
            + " }";
    Path main = Files.writeString(folder.resolve("Main.java"), APPLICATION);
    Path descriptor = Files.writeString(folder.resolve("module-info.java"), module);
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
                main.toString(),
                descriptor.toString());
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

  /** Has a name of its own, and no descriptor: who sends its messages has it anyway. */
  private static final String PROTOBUF_JAVA = "com.google.protobuf";

  /** What the class path holds that has a descriptor of its own, and protobuf-java. */
  private static ModuleFinder modules() {
    return ModuleFinder.of(explicit());
  }

  private static Path[] explicit() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(PublishedModulesTest::isExplicit)
        .toArray(Path[]::new);
  }

  private static boolean isExplicit(Path entry) {
    try {
      return ModuleFinder.of(entry).findAll().stream()
          .map(ModuleReference::descriptor)
          .allMatch(module -> !module.isAutomatic() || module.name().equals(PROTOBUF_JAVA));
    } catch (FindException e) {
      return false;
    }
  }
}
