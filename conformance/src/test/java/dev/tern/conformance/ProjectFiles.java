package dev.tern.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the project's files lie, for tests that compare code with pages. */
final class ProjectFiles {
  private ProjectFiles() {}

  /** The project's folder: Maven runs tests in the module's, an editor often in the root. */
  static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("protocol/src/main/java"))) {
        return folder;
      }
    }
    throw new AssertionError(
        "above " + start + " is no project (expected: a folder with protocol/)");
  }

  /** The paths from the project's folder of the files that lie in its folders with this name. */
  static List<String> inFolders(String name) {
    try (Stream<Path> folders = Files.list(root())) {
      return folders
          .map(folder -> folder.resolve(name))
          .filter(Files::exists)
          .map(file -> root().relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a file, given by its path from the project's folder. */
  static String read(String path) {
    try {
      return Files.readString(root().resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
