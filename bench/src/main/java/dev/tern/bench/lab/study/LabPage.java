package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Document;
import dev.tern.bench.draw.Machine;
import java.util.List;

/** What the laboratory has found, as one HTML page that needs nothing beside itself. */
public final class LabPage {
  private LabPage() {}

  /**
   * The page.
   *
   * @param name of the command that made it
   * @param started when, in ISO 8601
   * @param seed of all experiments
   */
  public static String of(
      String name,
      List<Result> results,
      String started,
      Machine machine,
      long seed,
      boolean isQuick) {
    Document page = new Document("The laboratory: " + name);
    page.paragraph(
        "Measured "
            + started
            + ". Server, client and a proxy that loses frames, in one process, over real sockets on loopback. What is lost is"
            + " decided by the seed; times are this machine's, and differ a little in each run.");
    page.paragraph(
        machine.inWords()
            + ". "
            + (isQuick
                ? "A quick run: fewer calls, fewer values of each parameter."
                : "A full run."));
    page.paragraph(
        "Latencies are of the calls that succeeded, all their attempts and waits included. Load amplification: calls"
            + " that came to the server ÷ calls that somebody wanted.");
    for (Result result : results) {
      Study study = result.study();
      Shown shown = result.shown();
      page.heading(study.question());
      page.answer(shown.answer());
      page.plots(shown.plots());
      page.paragraph(study.how());
      page.details("All figures", Document.table(shown.heads(), shown.rows()));
      page.paragraph(
          "Seed %d. Alone: ./tern lab %s%s --only %s --seed %d"
              .formatted(seed, name, isQuick ? " --quick" : "", study.name(), seed));
    }
    return page.html();
  }
}
