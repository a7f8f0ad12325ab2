package dev.tern.bench.report;

import dev.tern.bench.draw.Machine;
import dev.tern.bench.worker.Sample;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a run measured; the JSON is this.
 *
 * @param started when, in ISO 8601
 * @param settings how long and how often, in words
 * @param systems what was measured
 * @param sections a workload each
 * @param commands how long commands take
 */
public record Results(
    String started,
    Machine machine,
    String settings,
    List<SystemUnderTest> systems,
    List<Section> sections,
    List<CommandTime> commands) {

  /**
   * A command at the shell.
   *
   * @param id stable; "call" is {@code ./tern call}
   * @param command what was run, for the reader
   * @param seconds wall time of each run; empty if it failed
   */
  public record CommandTime(String id, String command, List<Double> seconds) {}

  /**
   * One contender.
   *
   * @param folder the rival that it belongs to
   * @param jvmFlags those that it needs on top of everybody's
   */
  public record SystemUnderTest(
      String name, String folder, String version, String configuration, List<String> jvmFlags) {}

  /** One workload: stable id, title for the reader. */
  public record Section(String id, String title, List<Row> rows) {
    /** The row of a contender that has figures, if it has. */
    public Optional<Row> row(String name) {
      return rows.stream().filter(row -> row.name().equals(name) && row.hasFigures()).findFirst();
    }
  }

  /**
   * What one contender did in one workload.
   *
   * @param failure why there are no figures; null if there are
   * @param samples one for each round; empty for idle connections
   * @param idle likewise, for idle connections only
   */
  public record Row(
      String name, @Nullable String failure, List<Sample> samples, List<IdleSample> idle) {
    /** No figures, and why. */
    public static Row failed(String name, String reason) {
      return new Row(name, reason, List.of(), List.of());
    }

    /** Whether it did what it was asked. */
    public boolean hasFigures() {
      return failure == null && !(samples.isEmpty() && idle.isEmpty());
    }
  }

  /** A workload by its id, if it was measured. */
  public Optional<Section> section(String id) {
    return sections.stream().filter(section -> section.id().equals(id)).findFirst();
  }

  /** A contender's row in a workload, if it has figures. */
  public Optional<Row> row(String section, String name) {
    return section(section).flatMap(found -> found.row(name));
  }
}
