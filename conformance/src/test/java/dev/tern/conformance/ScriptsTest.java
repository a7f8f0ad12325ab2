package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.conformance.FakeProject.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ./tern and ./build do before and after Java and Maven. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS) // they are written for bash
class ScriptsTest {
  private static final String FIND_JDK = ". .build/jdk.sh; find_jdk && echo \"$JAVA_HOME\"";

  private final Path folder;
  private final FakeProject project;

  ScriptsTest(@TempDir Path folder) {
    this.folder = folder;
    this.project = new FakeProject(folder);
    project.set("TERN_SEARCH_ROOT", folder + "/root");
  }

  @Test
  void aJdkInTheUsualPlaceIsFoundWithoutJavaOnThePath() throws Exception {
    Path jdk = project.jdk("root/usr/lib/jvm/some-jdk", 25);
    project.set("PATH", folder + "/nothing");
    assertThat(project.bash(FIND_JDK)).isEqualTo(new Run(0, jdk + "\n", ""));
  }

  @Test
  void aJdkInTheUsualPlaceIsFoundBesideAJavaFromElsewhere() throws Exception {
    Path jdk = project.jdk("root/usr/lib/jvm/some-jdk", 25);
    project.executable("shims/java", "exit 1\n");
    project.set("PATH", folder + "/shims:" + System.getenv("PATH"));
    assertThat(project.bash(FIND_JDK)).isEqualTo(new Run(0, jdk + "\n", ""));
  }

  @Test
  void anOlderJdkIsNotTaken() throws Exception {
    project.jdk("root/usr/lib/jvm/some-jdk", 24);
    project.set("PATH", folder + "/nothing");
    Run run = project.bash(FIND_JDK);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("No JDK 25 or later found: install one, or set JAVA_HOME to it.\n");
  }

  @ParameterizedTest
  @CsvSource({"tern, --version", "build, --fast", "build, --java-home"})
  void anEnvironmentWithoutAHomeWillDo(String script, String option) throws Exception {
    project.jdk("root/opt/some-jdk", 25); // behind the places in a home
    project.executable("shims/java", "exit 1\n");
    project.set("PATH", folder + "/shims:" + System.getenv("PATH"));
    project.maven("");
    project.unset("HOME");
    Run run = project.run("project/" + script, option);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
  }

  @Test
  void buildSaysWhereTheJdkIs() throws Exception {
    Path jdk = project.jdk("jdk", 25);
    project.set("JAVA_HOME", jdk.toString());
    assertThat(project.run("project/build", "--java-home")).isEqualTo(new Run(0, jdk + "\n", ""));
  }

  @Test
  void ternWithoutAJdkIsWrongUsage() throws Exception {
    project.executable("shims/java", "exit 1\n");
    project.set("PATH", folder + "/shims:/usr/bin:/bin");
    Run run = project.run("project/tern", "--version");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).startsWith("No JDK 25");
  }

  @Test
  void ternRunsThroughASymbolicLink() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(folder.resolve("bin/first"), Path.of("../project/tern"));
    Files.createSymbolicLink(folder.resolve("bin/second"), Path.of("first"));
    assertThat(project.run("bin/second", "--version")).isEqualTo(new Run(0, "", ""));
    assertThat(project.calls()).last().asString().endsWith("dev.tern.cli.Main --version");
  }

  @Test
  void aPipeIsNoTerminal() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.run("project/tern", "serve");
    assertThat(project.calls())
        .singleElement()
        .asString()
        .contains(" -Dtern.terminal.out=false -Dtern.terminal.err=false ");
  }

  @Test
  void stdoutIsATerminalWhateverStdinIs() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.bash(
        """
        python3 -c 'import pty, subprocess; subprocess.call(["./tern", "serve"], stdout=pty.openpty()[1])' </dev/null
        """);
    assertThat(project.calls())
        .singleElement()
        .asString()
        .contains(" -Dtern.terminal.out=true -Dtern.terminal.err=false ");
  }

  @Test
  void buildRunsThroughASymbolicLink() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), Path.of("project/build"));
    assertThat(project.run("link", "--help").out()).startsWith("usage: ./build");
  }

  @Test
  void theCacheIsMadeOnceAndUsed() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.run("project/tern", "--version");
    project.run("project/tern", "--version");
    assertThat(rehearsals()).isEqualTo(1);
    assertThat(project.calls()).filteredOn(call -> call.contains(cacheOption())).hasSize(2);
  }

  @Test
  void theCacheIsMadeAgainWhenAJarIsNewer() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.run("project/tern", "--version");
    project.renew("project/dist/a.jar");
    project.run("project/tern", "--version");
    assertThat(rehearsals()).isEqualTo(2);
  }

  @Test
  void theCacheIsMadeAgainForAnotherJdk() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.run("project/tern", "--version");
    project.set("JAVA_HOME", project.jdk("other", 26).toString());
    project.run("project/tern", "--version");
    assertThat(rehearsals()).isEqualTo(2);
  }

  @Test
  void aCacheThatCannotBeMadeIsDoneWithout() throws Exception {
    project.write("fail", "");
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    Run first = project.run("project/tern", "--version");
    Run second = project.run("project/tern", "--version");
    assertThat(List.of(first, second)).containsOnly(new Run(0, "", ""));
    assertThat(rehearsals()).as("tried once").isEqualTo(1);
    assertThat(project.calls()).noneMatch(call -> call.contains(cacheOption()));
  }

  @Test
  void optionsOfTheUserCountAlone() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.set("TERN_JAVA_OPTS", "-Xmx1g -Xss1m");
    project.run("project/tern", "--version");
    assertThat(project.calls())
        .singleElement()
        .asString()
        .contains(" -Xmx1g -Xss1m ")
        .doesNotContain("AOT", "UseSerialGC");
  }

  @Test
  void aServerTakesItsTimeToStart() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.run("project/tern", "serve");
    assertThat(project.calls()).singleElement().asString().doesNotContain("AOT", "UseSerialGC");
  }

  @ParameterizedTest
  @CsvSource({"compare --help,0", "compare -V,0", "compare --quick,1"})
  void onlyAComparisonBuildsTheRivals(String arguments, int builds) throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.maven("");
    project.write("project/dist/bench/.stamp", "");
    project.write("project/bench/rivals/one/pom.xml", "");
    project.run("project/tern", ("bench " + arguments).split(" "));
    assertThat(project.calls()).last().asString().endsWith("dev.tern.bench.Main " + arguments);
    assertThat(project.mavenCalls()).hasSize(builds);
  }

  @Test
  void theLaboratoryIsAProgramOfItsOwn() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.maven("");
    project.write("project/dist/bench/.stamp", "");
    project.run("project/tern", "lab", "retries", "--quick");
    assertThat(project.calls())
        .singleElement()
        .asString()
        .endsWith("dev.tern.bench.lab.Main retries --quick")
        .contains("dist/bench/*");
  }

  @Test
  void aServerEndsWhenItHasNoMemoryAlsoWithOptionsOfTheUser() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.set("TERN_JAVA_OPTS", "-Xmx1g");
    project.run("project/tern", "serve");
    assertThat(project.calls()).singleElement().asString().contains("-XX:+ExitOnOutOfMemoryError");
  }

  @Test
  void nothingIsSaidOfACacheThatJavaCannotUse() throws Exception {
    project.set("JAVA_HOME", System.getProperty("java.home"));
    jarOfPrograms();
    Run made = project.run("project/tern", "--version");
    project.write("project/dist/start.aot", "no cache at all");
    Run unusable = project.run("project/tern", "--version");
    assertThat(List.of(made, unusable)).containsOnly(new Run(0, "hello\n", ""));
  }

  @Test
  void javaUsesTheCache() throws Exception {
    project.set("JAVA_HOME", System.getProperty("java.home"));
    jarOfPrograms();
    project.run("project/tern", "--version");
    Path cache = folder.resolve("project/dist/start.aot");
    assertThat(cache).isNotEmptyFile();
    // Java prefers to fail if it may not start without the cache.
    project.set("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
    assertThat(project.run("project/tern", "--version").out()).isEqualTo("hello\n");
  }

  @Test
  void aFailedBuildShowsWhatFailedAndWhatDidNotRun() throws Exception {
    project.write(
        "project/log",
        """
        [INFO] Building Tern protocol 0.1.0-SNAPSHOT  [2/10]
        [INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0
        [INFO] Building Tern core 0.1.0-SNAPSHOT  [3/10]
        [INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in GoodTest
        [ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! -- in BadTest
        expected: 1
        [INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in OtherTest
        [ERROR] Tests run: 11, Failures: 1, Errors: 0, Skipped: 0
        [INFO] Tern protocol ...................................... SUCCESS [  2.1 s]
        [INFO] Tern core .......................................... FAILURE [  9.8 s]
        [INFO] Tern cli ........................................... SKIPPED
        [INFO] Tern examples ...................................... SKIPPED
        [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
        [ERROR] Re-run Maven using the -X switch to enable full debug logging.
        [ERROR] [Help 1] http://cwiki.apache.org/confluence
        """);
    Run run = project.bash(". .build/report.sh; what_failed log; tests_of log; sum_of_tests log");
    assertThat(run.out())
        .isEqualTo(
            """
            [ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! -- in BadTest
            expected: 1
            [ERROR] Tests run: 11, Failures: 1, Errors: 0, Skipped: 0
            protocol           Tests run: 3, Failures: 0, Errors: 0, Skipped: 0
            core               Tests run: 11, Failures: 1, Errors: 0, Skipped: 0
            did not run: cli, examples
            13 passed, 1 failed, 0 skipped
            """);
  }

  @Test
  void aBuildThatFailedSaysAtWhat() throws Exception {
    project.write(
        "project/log",
        """
        [ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.15.0:compile (default-compile) on project tern-core: Compilation failure
        [ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.15.0:testCompile (default-testCompile) on project tern-cli: Compilation failure
        [ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.6.1:test (default-test) on project tern-transport-netty: There are test failures.
        [ERROR] Failed to execute goal org.apache.maven.plugins:maven-jar-plugin:3.5.1:jar (default-jar) on project tern-bench: no room -> [Help 1]
        """);
    assertThat(project.bash(". .build/report.sh; failed_goals log").out())
        .isEqualTo(
            "compiling of core, compiling the tests of cli, tests of transport-netty,"
                + " maven-jar-plugin:jar of bench\n");
  }

  @Test
  void aWrongFormatEndsTheBuildBeforeAnythingIsTested() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.maven(
        """
        echo "[ERROR] Failed to execute goal com.diffplug.spotless:spotless-maven-plugin:3.9.0:check (default-cli) on project tern-conformance: The following files had format violations:"
        exit 1
        """);
    Run run = project.run("project/build");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("(?m)^FAILED: format check of conformance; in [0-9]+s; log: ")
        .endsWith("\n0 passed, 0 failed, 0 skipped\n");
    assertThat(project.mavenCalls()).singleElement().asString().endsWith("spotless:check");
  }

  @Test
  void aBuildLooksAtTheFormatOnceAndBeforeItTests() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.maven("");
    Run run = project.run("project/build", "--fast");
    assertThat(run.status()).isZero();
    assertThat(project.mavenCalls())
        .satisfiesExactly(
            format -> assertThat(format).endsWith(" spotless:check"),
            rest -> assertThat(rest).endsWith(" verify -Dfast -Dspotless.check.skip=true"));
  }

  @Test
  void aBuildSaysWhichModuleItIsAtHoweverFastItEnds() throws Exception {
    project.write("project/log", "[INFO] Building Tern core 0.1.0-SNAPSHOT  [3/10]\n");
    // The build has ended before it is watched: "wait" reaps it, a second one gives its status
    // again.
    Run run = project.bash(". .build/maven.sh; (exit 7) & wait $!; watch_maven $! log 1; exit $?");
    assertThat(run.status()).isEqualTo(7);
    assertThat(run.out()).matches(" +\\d+s  core \\(3/10\\)\n");
  }

  @Test
  void aRunningBuildSaysWhichModuleItIsAt() throws Exception {
    project.write("project/log", "[INFO] Building Tern core 0.1.0-SNAPSHOT  [3/10]\n");
    // The build ends when the line about it has been read.
    Run run =
        project.bash(
            "mkfifo lines; . .build/maven.sh; (head -n 1 lines >seen; exit 7) & watch_maven $! log"
                + " 3 3>lines; status=$?; cat seen; exit $status");
    assertThat(run.status()).isEqualTo(7);
    assertThat(run.out()).matches(" +\\d+s  core \\(3/10\\)\n");
  }

  @Test
  void aSecondRunOfMavenDoesNotShowTheModulesOfTheFirst() throws Exception {
    project.write("project/log", "[INFO] Building Tern core 0.1.0-SNAPSHOT  [3/10]\n");
    Run run =
        project.bash(
            ". .build/maven.sh; log_before=$(wc -c <log); current_module log; echo '[INFO] Building"
                + " Tern cli 0.1.0-SNAPSHOT  [7/10]' >>log; current_module log");
    assertThat(run.out()).isEqualTo("cli (7/10)\n");
  }

  @Test
  void aBuildWaitsForTheOneThatRuns() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.maven("");
    // It is told to wait before the first one ends, and runs after that.
    Run run =
        project.bash(
            "mkdir target; mkfifo lines; exec 8>target/tern-build.lock; flock 8;"
                + " ./build --format 2>lines 8>&- & head -n 1 lines >seen; cat ../maven.txt;"
                + " cat seen; exec 8>&-; wait $!");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("another build runs in this folder; waiting for its end …\nformatted in ");
    assertThat(project.mavenCalls()).hasSize(1);
  }

  @Test
  void ternWaitsForABuildThatRunsAndSaysSoOnce() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.maven("");
    project.renew("project/pom.xml"); // newer than what was built
    Run run =
        project.bash(
            "mkdir target; mkfifo lines; exec 8>target/tern-build.lock; flock 8;"
                + " ./tern serve 2>lines 8>&- & exec 7<lines; head -n 1 <&7; cat ../maven.txt;"
                + " exec 8>&-; cat <&7; wait $!");
    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "another build runs in this folder; waiting for its end …\nbuilding tern …\n",
                "cat: ../maven.txt: No such file or directory\n"));
  }

  @ParameterizedTest
  @CsvSource({"tern,--version", "build,--format"})
  void aWaitThatIsOverInAMomentIsNoNews(String script, String option) throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    project.maven("");
    project.renew("project/pom.xml");
    // Who does not want to wait at all has no luck.
    project.executable("maven/flock", "[ \"$1\" != -n ]\n");
    Run run = project.run("project/" + script, option);
    assertThat(run.status()).isZero();
    assertThat(run.out() + run.err()).doesNotContain("waiting");
  }

  @Test
  void ternDoesNotWaitForABuildToStartFast() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk", 25).toString());
    Run run =
        project.bash(
            "mkdir target; exec 8>target/tern-build.lock; flock 8; timeout 60 ./tern --version 8>&-");
    assertThat(run).isEqualTo(new Run(0, "", ""));
    assertThat(project.calls()).singleElement().asString().doesNotContain("AOT");
  }

  private long rehearsals() {
    return project.calls().stream().filter(call -> call.contains("dev.tern.cli.Rehearsal")).count();
  }

  private String cacheOption() {
    return "-XX:AOTCache=" + folder.resolve("project/dist/start.aot") + " ";
  }

  /** Puts programs that say hello in the places of the real ones. */
  private void jarOfPrograms() throws IOException {
    project.write("classes/Main.java", program("Main", "System.out.println(\"hello\");"));
    project.write("classes/Rehearsal.java", program("Rehearsal", ""));
    Path classes = folder.resolve("classes");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                classes.resolve("Main.java").toString(),
                classes.resolve("Rehearsal.java").toString());
    assertThat(status).isZero();
    for (String jar : List.of("a.jar", "picocli-1.jar")) {
      try (OutputStream file = Files.newOutputStream(folder.resolve("project/dist").resolve(jar));
          JarOutputStream out = new JarOutputStream(file)) {
        for (String name : List.of("Main", "Rehearsal")) {
          out.putNextEntry(new ZipEntry("dev/tern/cli/" + name + ".class"));
          out.write(Files.readAllBytes(classes.resolve("dev/tern/cli/" + name + ".class")));
        }
      }
    }
  }

  private static String program(String name, String body) {
    return "package dev.tern.cli; public class "
        + name
        + " { public static void main(String[] arguments) { "
        + body
        + " } }";
  }
}
