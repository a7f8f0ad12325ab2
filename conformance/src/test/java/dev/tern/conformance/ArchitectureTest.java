package dev.tern.conformance;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rules that docs/ARCHITECTURE.md states, as far as a program can see them; {@link RoomsTest}
 * has those about packages.
 */
class ArchitectureTest {
  private static final String PROTOCOL = "dev.tern.protocol..";
  private static final String CONTRACT = "dev.tern.contract..";
  private static final String CORE = "dev.tern.core..";

  /** Waits that end by themselves. Each also has an overload without a time, which is allowed. */
  private static final Set<String> TIMED_WAITS =
      Set.of(
          "await",
          "awaitNanos",
          "awaitUntil",
          "awaitTermination",
          "completeOnTimeout",
          "delayedExecutor",
          "get",
          "invokeAll",
          "invokeAny",
          "join",
          "offer",
          "orTimeout",
          "parkNanos",
          "parkUntil",
          "poll",
          "sleep",
          "timedJoin",
          "timedWait",
          "tryAcquire",
          "tryAcquireNanos",
          "tryLock",
          "wait");

  /** Who looks at a clock of the machine's, and why. */
  private static final Map<String, String> CLOCKS =
      Map.of(
          "dev.tern.core.runtime.SystemTimers",
          "the clock that all others are handed, which does not jump",
          "dev.tern.core.tls.PeerTrust",
          "a certificate is good by the time of day; no call's time depends on it",
          "dev.tern.core.tls.TlsServer",
          "likewise, of the server's own and when a session is resumed");

  private static final Pattern SYNCHRONIZED_BLOCK = Pattern.compile("\\bsynchronized\\s*\\(");

  private static final Pattern COMMENT_OR_TEXT =
      Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"");

  private static final JavaClasses TERN = MainClasses.TERN;

  @BeforeAll
  static void allModulesAreSeen() {
    assertThat(TERN)
        .extracting(JavaClass::getPackageName)
        .contains(
            "dev.tern.protocol",
            "dev.tern.codec.msgpack",
            "dev.tern.codec.protobuf",
            "dev.tern.compress.lz4",
            "dev.tern.compress.zstd",
            "dev.tern.core",
            "dev.tern.binding.protobuf",
            "dev.tern.transport.threads",
            "dev.tern.transport.netty",
            "dev.tern.transport.memory",
            "dev.tern.testkit",
            "dev.tern.testkit.contracts",
            "dev.tern.cli",
            "dev.tern.bench");
  }

  @Test
  void dependenciesPointOneWay() {
    check(
        noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.tern..").and(not(resideInAnyPackage(PROTOCOL))))
            .because("the protocol stands below everything"));
    check(
        noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.tern..")
                    .and(not(resideInAnyPackage(CONTRACT, PROTOCOL, CORE))))
            .because("core knows the seam to transports, and no transport"));
    check(
        noClasses()
            .that()
            .resideInAPackage(CONTRACT)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.tern..").and(not(resideInAnyPackage(CONTRACT))))
            .because("what users' types are annotated with depends on nothing"));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.tern.codec.(*)..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.tern..")
                    .and(not(resideInAnyPackage("dev.tern.codec..", PROTOCOL))))
            .because("a codec knows values, and nothing of calls"));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.tern.transport.(*)..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "dev.tern.testkit..",
                    "dev.tern.cli..",
                    "dev.tern.bench..",
                    "dev.tern.examples.."))
            .because("programs and tests stand above transports"));
  }

  @Test
  void theProtocolDoesNoInputAndOutput() {
    check(
        noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file.."))
            .because("bytes go in and bytes come out; sockets are the transports'"));
  }

  @Test
  void theProtocolHasNoThreads() {
    check(
        noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.util.concurrent.locks..")
                    .or(assignableTo(Executor.class))
                    .or(assignableTo(Future.class))
                    .or(assignableTo(CompletionStage.class))
                    .or(belongToAnyOf(Thread.class, java.util.concurrent.Executors.class)))
            .because("a session runs in its connection's serial context; atomics are allowed"));
  }

  @Test
  void theProtocolHasNoClockAndNoDice() {
    check(
        noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat(
                assignableTo(java.time.Clock.class)
                    .or(assignableTo(java.time.InstantSource.class))
                    .or(assignableTo(Random.class))
                    .or(assignableTo(RandomGenerator.class))
                    .or(belongToAnyOf(ThreadLocalRandom.class)))
            .because("time and chance are handed in, so that a run can be repeated"));
    check(
        classes()
            .that()
            .resideInAPackage(PROTOCOL)
            .should(
                notAccess(
                    "a clock or dice",
                    access ->
                        looksAtAClock(access)
                            || calls(access, Math.class, "random")
                            || calls(access, java.util.UUID.class, "randomUUID"))));
  }

  /** The one clock is monotonic and handed in: nothing that a call comes to is told by another. */
  @Test
  void coreLooksAtNoClockButWhereItIsSaidWhy() {
    assertThat(thoseThat(ArchitectureTest::looksAtAClock, "dev.tern.core."))
        .containsExactlyInAnyOrderElementsOf(CLOCKS.keySet());
  }

  @Test
  void transportsDoNotAskForTheTimeOfDay() {
    assertThat(thoseThat(ArchitectureTest::asksForTheTimeOfDay, "dev.tern.transport.")).isEmpty();
  }

  private static Set<String> thoseThat(Predicate<JavaAccess<?>> access, String rooms) {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : TERN) {
      if ((type.getPackageName() + ".").startsWith(rooms)
          && type.getAccessesFromSelf().stream().anyMatch(access)) {
        found.add(type.getName().replaceFirst("\\$.*", ""));
      }
    }
    return found;
  }

  private static boolean looksAtAClock(JavaAccess<?> access) {
    return calls(access, System.class, "nanoTime") || asksForTheTimeOfDay(access);
  }

  private static boolean asksForTheTimeOfDay(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    boolean isOfNow = parametersOf(access).findAny().isEmpty();
    return calls(access, System.class, "currentTimeMillis")
        || owner.isAssignableTo(java.time.Clock.class)
        || owner.isAssignableTo(java.time.InstantSource.class)
        || (access.getTargetOwner().getPackageName().startsWith("java.time")
            && access.getName().equals("now"))
        || (isOfNow && calls(access, java.util.Date.class, "<init>"))
        || (isOfNow && calls(access, java.util.Calendar.class, "getInstance"))
        || (isOfNow && access.getName().equals("checkValidity"));
  }

  @Test
  void onlyOneTransportKnowsNetty() {
    check(
        noClasses()
            .that(
                resideInAnyPackage("dev.tern..")
                    .and(not(resideInAnyPackage("dev.tern.transport.netty..", "dev.tern.bench.."))))
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty..")));
  }

  @Test
  void onlyOneBindingKnowsProtobufJava() {
    check(
        noClasses()
            .that(
                resideInAnyPackage("dev.tern..")
                    .and(
                        not(resideInAnyPackage("dev.tern.binding.protobuf..", "dev.tern.bench.."))))
            .should()
            .dependOnClassesThat(resideInAnyPackage("com.google.protobuf.."))
            .because("whoever sends no such messages needs no such library"));
  }

  @Test
  void onlyTheContractsNeedJUnit() {
    check(
        noClasses()
            .that(
                resideInAnyPackage("dev.tern..")
                    .and(not(resideInAnyPackage("dev.tern.testkit.contracts.."))))
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.junit..", "org.assertj.."))
            .because("programs use the testkit too, and bring no test framework"));
  }

  @Test
  void filtersDoNotKnowEachOther() {
    check(
        classes()
            .that(
                DescribedPredicate.describe(
                    "are filters", javaClass -> !filterOf(javaClass).isEmpty()))
            .should(
                new ArchCondition<JavaClass>("not depend on another filter") {
                  @Override
                  public void check(JavaClass item, ConditionEvents events) {
                    for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                      String other = filterOf(dependency.getTargetClass());
                      if (!other.isEmpty() && !other.equals(filterOf(item))) {
                        events.add(
                            SimpleConditionEvent.violated(item, dependency.getDescription()));
                      }
                    }
                  }
                })
            .because("their order is one file's business, the stack's"));
  }

  @Test
  void protocolAndCoreDoNotWaitForATime() {
    check(
        classes()
            .that()
            .resideInAnyPackage(PROTOCOL, CORE)
            .should(notAccess("a wait with a time", ArchitectureTest::isTimedWait))
            .because("a timed wait is an untimed park plus the Timers seam"));
  }

  @Test
  void protocolAndCoreNameTheExecutorOfAFuture() {
    check(
        classes()
            .that()
            .resideInAnyPackage(PROTOCOL, CORE)
            .should(
                notAccess(
                    "an …Async without an executor",
                    access ->
                        access.getTargetOwner().isAssignableTo(CompletionStage.class)
                            && access.getName().endsWith("Async")
                            && parametersOf(access)
                                .noneMatch(type -> type.isAssignableTo(Executor.class))))
            .because("the common pool is nobody's, and no simulation drives it"));
  }

  @Test
  void protocolAndCoreDoNotSynchronize() {
    check(
        methods()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(PROTOCOL, CORE))
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED)
            .because("contended, it gives different histories for one seed: use a Lock"));
    // A block leaves no trace that ArchUnit sees: look at the sources.
    List<String> found = new ArrayList<>();
    for (String module : List.of("protocol", "core")) {
      for (Path file : sourcesOf(module)) {
        String code = COMMENT_OR_TEXT.matcher(read(file)).replaceAll(" ");
        if (SYNCHRONIZED_BLOCK.matcher(code).find()) {
          found.add(file.toString());
        }
      }
    }
    assertThat(found).as("files with a synchronized block").isEmpty();
  }

  private static void check(ArchRule rule) {
    // Fails if a rule looks at nothing: a package that was renamed must not go free.
    rule.check(TERN);
  }

  /** The name of the filter that a class is, or is nested in; empty if none. */
  private static String filterOf(JavaClass javaClass) {
    String outermost = javaClass.getName().replaceFirst("\\$.*", "");
    String simpleName = outermost.substring(outermost.lastIndexOf('.') + 1);
    boolean isFilter =
        outermost.startsWith("dev.tern.")
            && simpleName.endsWith("Filter")
            && !simpleName.equals("Filter");
    return isFilter ? outermost : "";
  }

  private static boolean isTimedWait(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getPackageName();
    boolean waits = owner.equals("java.lang") || owner.startsWith("java.util.concurrent");
    return waits
        && TIMED_WAITS.contains(access.getName())
        && parametersOf(access)
            .anyMatch(
                type ->
                    type.isEquivalentTo(long.class)
                        || type.isEquivalentTo(Duration.class)
                        || type.isEquivalentTo(java.util.Date.class));
  }

  private static boolean calls(JavaAccess<?> access, Class<?> owner, String... names) {
    return access.getTargetOwner().isEquivalentTo(owner)
        && Set.of(names).contains(access.getName());
  }

  private static Stream<JavaClass> parametersOf(JavaAccess<?> access) {
    return access.getTarget()
            instanceof com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget target
        ? target.getRawParameterTypes().stream()
        : Stream.empty();
  }

  /** Looks at calls and at method references. */
  private static ArchCondition<JavaClass> notAccess(
      String what, Predicate<JavaAccess<?>> forbidden) {
    return new ArchCondition<>("not use " + what) {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        for (JavaAccess<?> access : item.getAccessesFromSelf()) {
          if (forbidden.test(access)) {
            events.add(SimpleConditionEvent.violated(item, access.getDescription()));
          }
        }
      }
    };
  }

  private static <T extends HasName> DescribedPredicate<T> not(DescribedPredicate<T> predicate) {
    return DescribedPredicate.not(predicate);
  }

  private static List<Path> sourcesOf(String module) {
    // Maven runs tests in the module's folder, an editor often in the root.
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("protocol/src/main/java"))) {
      root = root.getParent();
      assertThat(root)
          .as("a folder with protocol/src/main/java in or above the current one")
          .isNotNull();
    }
    try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
