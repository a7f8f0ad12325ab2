package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A folder with the project's scripts that seems to be built, and JDKs that only write down how
 * they were called.
 */
final class FakeProject {
  /** What a script wrote, and its status. */
  record Run(int status, String out, String err) {}

  private final Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();

  FakeProject(Path folder) {
    this.folder = folder;
    write("project/pom.xml", "");
    write("project/dist/a.jar", "");
    write("project/dist/picocli-1.jar", "");
    copy("tern");
    copy("build");
    try (Stream<Path> scripts = Files.list(ProjectFiles.root().resolve(".build"))) {
      scripts.forEach(script -> copy(".build/" + script.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write("project/dist/.stamp", "");
    set("HOME", folder.toString());
    set("PATH", System.getenv("PATH"));
  }

  void unset(String variable) {
    environment.remove(variable);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /**
   * A JDK whose java appends its arguments to calls.txt and makes the cache that it is told to; not
   * if there is a file "fail".
   */
  Path jdk(String name, int version) {
    write(name + "/release", "JAVA_VERSION=\"" + version + ".0.1\"\n");
    executable(name + "/bin/javac", "");
    executable(
        name + "/bin/java",
        """
        echo "$*" >>"%1$s/calls.txt"
        case "$*" in *AOTCacheOutput*) [ ! -e "%1$s/fail" ] || exit 1 ;; esac
        for argument in "$@"; do
          case "$argument" in -XX:AOTCacheOutput=*) echo cache >"${argument#*=}" ;; esac
        done
        """
            .formatted(folder));
    return path(name);
  }

  /** A Maven, first on the path, that writes down how it was called and then runs a script. */
  void maven(String script) {
    executable("maven/mvn", "echo \"$*\" >>\"" + path("maven.txt") + "\"\n" + script);
    environment.merge("PATH", path("maven") + ":", (was, maven) -> maven + was);
  }

  /** How java was called so far, a line a call. */
  List<String> calls() {
    return lines("calls.txt");
  }

  /** How Maven was called so far, a line a call. */
  List<String> mavenCalls() {
    return lines("maven.txt");
  }

  private List<String> lines(String name) {
    try {
      return Files.exists(path(name)) ? Files.readAllLines(path(name)) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String name, String text) {
    try {
      Files.createDirectories(path(name).getParent());
      Files.writeString(path(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void executable(String name, String script) {
    write(name, "#!/bin/sh\n" + script);
    try {
      Files.setPosixFilePermissions(path(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a file look as if it had been written in a minute. */
  void renew(String name) {
    try {
      Files.setLastModifiedTime(path(name), FileTime.from(Instant.now().plusSeconds(60)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program of the folder. */
  Run run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(path(program).toString()));
    command.addAll(List.of(arguments));
    return exec(command);
  }

  /** Runs a line of bash in the project. */
  Run bash(String line) throws IOException, InterruptedException {
    return exec(List.of("/bin/bash", "-c", line));
  }

  private Run exec(List<String> command) throws IOException, InterruptedException {
    Path err = path("stderr.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(path("project").toFile())
            .redirectError(err.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(path("project/pom.xml").toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
      return new Run(process.exitValue(), out, Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  private void copy(String script) {
    try {
      Path to = path("project/" + script);
      Files.createDirectories(to.getParent());
      Files.copy(ProjectFiles.root().resolve(script), to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
