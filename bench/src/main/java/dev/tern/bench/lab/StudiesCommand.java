package dev.tern.bench.lab;

import dev.tern.bench.draw.Machine;
import dev.tern.bench.draw.Progress;
import dev.tern.bench.lab.study.LabCsv;
import dev.tern.bench.lab.study.LabPage;
import dev.tern.bench.lab.study.Result;
import dev.tern.bench.lab.study.Size;
import dev.tern.bench.lab.study.Study;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import dev.tern.bench.lab.trial.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes experiments, and writes a page with what came of them. */
abstract class StudiesCommand implements Callable<Integer> {
  private static final String HTML = ".html";

  private final String name;
  private final List<Study> studies;
  private final Size quickSize;
  private final Size fullSize;

  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @Option(names = "--quick", description = "fewer calls and values")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "only these experiments, a list of their names (default: all)")
  private List<String> only = List.of();

  @Option(
      names = "--seed",
      defaultValue = "7",
      description = "decides what is lost, and how long waits are (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "the page; the CSV has its name (default: target/lab/ and the name of this command, and"
              + " those that --only names behind it)")
  private @Nullable Path out;

  /**
   * @param name of the command and of its page
   * @param studies all that it can make, in the order in which a reader should meet them
   */
  StudiesCommand(String name, List<Study> studies, Size quickSize, Size fullSize) {
    this.name = name;
    this.studies = studies;
    this.quickSize = quickSize;
    this.fullSize = fullSize;
  }

  @Override
  public Integer call() throws Exception {
    List<Study> chosen = chosen();
    Size size = quick ? quickSize : fullSize;
    Machine machine = Machine.describe();
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Progress progress = Progress.onStderr(1 + Laboratory.trials(chosen, size));
    progress.step("warming up", "calls that are not counted");
    warmUp(size);
    Laboratory laboratory = new Laboratory(size, seed, progress);
    List<Result> results = new ArrayList<>();
    for (Study study : chosen) {
      results.add(laboratory.run(study));
    }
    progress.end();
    PrintWriter words = spec.commandLine().getOut();
    for (Result result : results) {
      words.printf(
          "%s: %s%n%s%n%n",
          result.study().name(), result.study().question(), result.shown().answer());
    }
    write(
        LabPage.of(name, results, started, machine, seed, quick), LabCsv.of(results, seed), words);
    words.flush();
    return 0;
  }

  /** Some experiments alone must not take the place of the page of all. */
  private Path usualPage() {
    String stem = only.isEmpty() ? name : name + "-" + String.join("-", new TreeSet<>(only));
    return Path.of(System.getProperty("tern.root", "."), "target", "lab", stem + HTML);
  }

  private List<Study> chosen() {
    for (String wanted : only) {
      if (studies.stream().noneMatch(study -> study.name().equals(wanted))) {
        throw new ParameterException(
            spec.commandLine(),
            "--only: %s (expected: of %s)"
                .formatted(wanted, String.join(",", studies.stream().map(Study::name).toList())));
      }
    }
    return studies.stream().filter(study -> only.isEmpty() || only.contains(study.name())).toList();
  }

  /** The first calls of a process are slow, whatever they try to show. */
  private static void warmUp(Size size) throws InterruptedException {
    for (Operation operation : List.of(Operation.GET, Operation.INC_ONCE, Operation.GET)) {
      var _ =
          Trial.run(
              new Setting(
                  "warm-up",
                  operation,
                  0.1,
                  5_000,
                  Service.taking(1),
                  Plan.attempts(5, 200),
                  new Load.Closed(size.burst() / 2, 2 * size.calls())),
              1,
              100);
    }
  }

  private void write(String page, String csv, PrintWriter words) throws IOException {
    Path html = out == null ? usualPage() : out;
    Path folder = html.toAbsolutePath().normalize().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    String file = String.valueOf(html.getFileName());
    String stem = file.endsWith(HTML) ? file.substring(0, file.length() - HTML.length()) : file;
    Path table = html.resolveSibling(stem + ".csv");
    Files.writeString(html, page);
    Files.writeString(table, csv);
    words.printf("wrote %s%nwrote %s%n", html, table);
  }
}
