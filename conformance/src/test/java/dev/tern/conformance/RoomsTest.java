package dev.tern.conformance;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rooms that docs/ARCHITECTURE.md shows: which packages there are in protocol and core, who may
 * know whom, and how large they may become; the last holds for the packages of all modules.
 */
class RoomsTest {
  /**
   * From top to bottom: a room knows those below it, and neither those above it nor those beside
   * it.
   */
  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of("core.client", "core.server"),
          Set.of(
              "core.client.retry",
              "core.client.auth",
              "core.server.once",
              "core.server.admission",
              "core.server.auth",
              "core.server.health",
              "core.tls"),
          Set.of("core.client.batch"),
          Set.of("core.observe", "core.link"),
          Set.of("core.outcome", "core.auth"),
          Set.of("core.binding"),
          Set.of("core.binding.type", "core.binding.error"),
          Set.of("core.retry", "core.limit"),
          Set.of("core"),
          Set.of("core.transport", "core.reload"),
          Set.of("core.runtime"),
          Set.of("core.log", "core.spare", "core.compress"),
          Set.of("protocol.session"),
          Set.of("protocol.peer"),
          Set.of("protocol.envelope", "protocol.frame", "protocol.compress"),
          Set.of("protocol.json"),
          Set.of("protocol.value"),
          Set.of("protocol"));

  /** What is one thing, and may know each other therefore. All other circles are forbidden. */
  private static final Map<Set<String>, String> ONE_THING =
      Map.of(
          Set.of(
              "core.server.ServerConnection",
              "core.server.CallTask",
              "core.server.GatedTask",
              "core.server.Backpressure",
              "core.server.ServerCore"),
          "a connection, the task of a call on it, what holds it back, and what all have in common",
          Set.of(
              "core.server.admission.Places",
              "core.server.admission.Ticket",
              "core.server.admission.WaitingLine"),
          "the places of a limit, the calls that hold or want one, and their order",
          Set.of("core.outcome.MemoryEntry", "core.outcome.Account"),
          "an operation that is remembered, and the caller's account that it is a part of",
          Set.of("core.client.Client", "core.client.ClientBuilder", "core.client.Batch"),
          "the builder makes the client, which names its builder, and makes batches that call it",
          Set.of("core.server.Server", "core.server.ServerBuilder"),
          "the builder makes the server, and the server names its builder",
          Set.of("core.runtime.Timers", "core.runtime.SystemTimers"),
          "a seam, and what stands behind it unless somebody says otherwise",
          Set.of(
              "core.binding.Binders",
              "core.binding.AnyBinder",
              "core.binding.ForeignBinder",
              "core.binding.TypeRules"),
          "what knows the binder of a type, the two that ask it about types of their own, and the"
              + " rules, which ask a foreign leaf about types that it asks them about",
          Set.of("protocol.session.ClientCall", "protocol.session.ClientBatch"),
          "a call, and those that it leaves with",
          Set.of(
              "protocol.session.ServerCall",
              "protocol.session.ReplyTo",
              "protocol.session.ServerOutput",
              "protocol.session.ServerEvent"),
          "a call, where its reply goes, what that is put into, and the events, of which it is one");

  /** More classes than somebody keeps in mind who opens the folder. */
  private static final int MAX_CLASSES_A_ROOM = 30;

  /**
   * Lines of code of protocol and core without json, envelope and binding: what one can read. 5,600
   * without metadata, lanes on executors, texts of strangers in the log, tokens and attempts of
   * operations, calls that a test wants to end without a reply, who calls, calls that wait for a
   * place of a limit, what an end counts and tells, peers whom TLS names, and ends that tell each
   * other when they go and ask whether they are there; only a feature raises it, or a third less
   * garbage for each operation that happens once, or where the time of a call went; or a cache of
   * types for each end; or that a client refuses what no server takes; or who calls is known when a
   * call arrives, pings and handshakes are counted, and a client keeps no connection for ever; or
   * that a connection gives its place to others; or that a peer which sends back what it is sent is
   * known, and a client sends no frame that is too long for its server; or that a call whose time
   * is over says where it went, at both ends; or that a call ends whatever its exception does; or
   * that lines which wait for a slow log are bounded in bytes, and so is what params are made of;
   * or that a plain call pays no byte for the waiting of others; or that a drain waits for methods
   * whose callers are gone, and a full pool says when there will be room; or that a call whose
   * params or result are a message of protobuf is made in that encoding alone, and refused in
   * others; or that a token knows that its operation has run, and one that is cut off says so; or
   * that who cannot read a result sees the attempts before it; or that a duplicate that finds no
   * thread is told when there will be one, and lost details where they stood; or that a call beside
   * another waits until there is a connection; or that sessions expand what is compressed, and know
   * which peer reads what; or batches at both ends.
   */
  private static final int MAX_LINES_OF_THE_RPC_PROPER = 10_330;

  /**
   * Lines of code of what reads and writes values. 5,920 with Jackson, and without it 1,150 more:
   * readers and writers behind a seam, a binder for each shape, sealed interfaces, names by
   * annotations, and a way from one encoding to another; what bends Jackson to be strict is a
   * module of its own. Then 465 for encodings beside JSON: what one is, and messages in any of
   * them. Then 345: annotations that stand in class files alone, arrays of numbers without an
   * object for each, what a bean is made of counted, records with Optionals read the short way.
   * Then 145 for messages of protobuf-java, behind a seam, and 150 for a short way of usual
   * messages in each encoding; 175 fewer since what validates JSON does nothing else; 60 for
   * batches, which each encoding takes apart and makes. Only a feature raises it.
   */
  private static final int MAX_LINES_OF_VALUES = 8_070;

  /** The door that the ends use, and its key. Users see one half of what is one room. */
  private static final String KEY = "core.access";

  private static final JavaClasses TERN = MainClasses.TERN;

  /** What the classes of protocol and core know, those that are nested counted with their own. */
  private static final List<Dependency> INNER = new ArrayList<>();

  @BeforeAll
  static void findDependencies() {
    for (JavaClass from : TERN) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        if (isInside(from) && isInside(dependency.getTargetClass().getBaseComponentType())) {
          INNER.add(dependency);
        }
      }
    }
    assertThat(INNER).isNotEmpty();
  }

  @Test
  void packagesHaveNoCycles() {
    Circles packages = new Circles();
    for (JavaClass from : TERN) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass().getBaseComponentType();
        if (to.getPackageName().startsWith("dev.tern.")) {
          packages.add(roomOf(from), roomOf(to), dependency.getDescription());
        }
      }
    }
    assertThat(packages.components().stream().map(packages::described)).isEmpty();
  }

  @Test
  void onlyWhatIsOneThingKnowsEachOther() {
    Circles circles = circlesOfClasses();
    assertThat(
            circles.components().stream()
                .filter(
                    component ->
                        ONE_THING.keySet().stream().noneMatch(s -> s.containsAll(component)))
                .map(circles::described))
        .isEmpty();
  }

  /** A circle that has been cut must not come back unseen: it is taken off the list. */
  @Test
  void whatIsOneThingStillIs() {
    assertThat(Set.<Set<String>>copyOf(circlesOfClasses().components()))
        .containsAll(ONE_THING.keySet());
  }

  private static Circles circlesOfClasses() {
    Circles circles = new Circles();
    for (Dependency dependency : INNER) {
      circles.add(
          topLevel(dependency.getOriginClass()),
          topLevel(dependency.getTargetClass()),
          dependency.getDescription());
    }
    return circles;
  }

  @Test
  void aRoomKnowsOnlyThoseBelowIt() {
    assertThat(
            INNER.stream()
                .filter(
                    dependency -> {
                      String from = roomOf(dependency.getOriginClass());
                      String to = roomOf(dependency.getTargetClass().getBaseComponentType());
                      return !from.equals(to) && levelOf(to) <= levelOf(from);
                    })
                .map(Dependency::getDescription))
        .isEmpty();
  }

  private static int levelOf(String room) {
    for (int level = 0; level < LEVELS.size(); level++) {
      if (LEVELS.get(level).contains(room)) {
        return level;
      }
    }
    throw new AssertionError("room: " + room + " (expected: one that LEVELS tells the place of)");
  }

  @Test
  void noRoomIsLarge() {
    Map<String, Long> classes =
        TERN.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(
                type -> !type.getPackageName().endsWith("generated")) // by JMH, for nobody to read
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    assertThat(classes)
        .allSatisfy((room, count) -> assertThat(count).isLessThanOrEqualTo(MAX_CLASSES_A_ROOM));
  }

  @Test
  void theCodeIsSmall() throws Exception {
    String counted =
        Python.run(ProjectFiles.root().resolve(".build/count-lines").toString()).output();
    assertThat(linesOf(counted, "the RPC proper"))
        .isPositive()
        .isLessThanOrEqualTo(MAX_LINES_OF_THE_RPC_PROPER);
    assertThat(linesOf(counted, "json, envelope, binding"))
        .isPositive()
        .isLessThanOrEqualTo(MAX_LINES_OF_VALUES);
  }

  private static int linesOf(String counted, String what) {
    Matcher sum = Pattern.compile("(\\d+) " + what).matcher(counted);
    assertThat(sum.find()).as("a sum of %s in: %s", what, counted).isTrue();
    return Integer.parseInt(sum.group(1));
  }

  @Test
  void whatIsExportedIsForUsers() throws IOException {
    Set<String> exported = exported();
    Set<JavaClass> used = new HashSet<>();
    ArrayDeque<JavaClass> next = new ArrayDeque<>();
    for (JavaClass from : TERN) {
      if (!isInside(from)) {
        from.getDirectDependenciesFromSelf().forEach(each -> next.add(each.getTargetClass()));
      }
    }
    while (!next.isEmpty()) {
      JavaClass type = next.remove().getBaseComponentType();
      if (isInside(type) && used.add(type)) {
        next.addAll(named(type));
        type.getEnclosingClass().ifPresent(next::add);
      }
    }
    assertThat(
            TERN.stream()
                .filter(type -> isInside(type) && exported.contains(type.getPackageName()))
                .filter(type -> type.isTopLevelClass() && isPublic(type))
                .filter(type -> !used.contains(type))
                .map(JavaClass::getName))
        .isEmpty();
  }

  /** What the public members of a type name, and its supertypes. */
  private static List<JavaClass> named(JavaClass type) {
    List<JavaClass> named = new ArrayList<>(type.getRawInterfaces());
    type.getRawSuperclass().ifPresent(named::add);
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      if (unit.getModifiers().contains(JavaModifier.PUBLIC)) {
        named.addAll(unit.getAllInvolvedRawTypes());
      }
    }
    type.getFields().stream()
        .filter(field -> field.getModifiers().contains(JavaModifier.PUBLIC))
        .forEach(field -> named.addAll(field.getAllInvolvedRawTypes()));
    TERN.stream()
        .filter(nested -> nested.getEnclosingClass().filter(type::equals).isPresent())
        .filter(RoomsTest::isPublic)
        .forEach(named::add);
    return named;
  }

  @Test
  void theApiNamesNothingThatIsNotExported() throws IOException {
    Set<String> exported = exported();
    Set<String> hidden = new TreeSet<>();
    Set<String> shown = new TreeSet<>();
    for (JavaClass type : TERN) {
      (exported.contains(type.getPackageName()) ? shown : hidden).add(type.getSimpleName());
    }
    hidden.removeAll(shown); // the text tells no packages, so that a name may be either's
    hidden.remove(""); // of anonymous classes
    Pattern word = Pattern.compile("\\b(" + String.join("|", hidden) + ")\\b");
    for (String module : PublicApiTest.modules()) {
      assertThat(ProjectFiles.read("api/" + module + ".txt").lines().filter(word.asPredicate()))
          .as("lines of api/%s.txt that name what is not exported", module)
          .isEmpty();
    }
  }

  private static Set<String> exported() throws IOException {
    return PublicApiTest.modules().stream()
        .flatMap(module -> PublicApiTest.exportsOf(module).stream())
        .collect(toSet());
  }

  private static boolean isInside(JavaClass type) {
    return Stream.of("dev.tern.protocol", "dev.tern.core")
        .anyMatch(module -> (type.getPackageName() + ".").startsWith(module + "."));
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC);
  }

  /** The name of the class that stands in a file of its own, without {@code dev.tern}. */
  private static String topLevel(JavaClass type) {
    return type.getBaseComponentType()
        .getName()
        .replaceFirst("^dev\\.tern\\.", "")
        .replaceFirst("\\$.*", "");
  }

  /** The package, without {@code dev.tern}. */
  private static String roomOf(JavaClass type) {
    String room = type.getPackageName().replaceFirst("^dev\\.tern\\.", "");
    return room.equals(KEY) ? "core" : room;
  }
}
