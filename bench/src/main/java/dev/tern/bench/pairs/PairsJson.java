package dev.tern.bench.pairs;

import dev.tern.bench.pairs.PairsResults.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The results as JSON: what was measured, and what follows from it. */
public final class PairsJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private record Document(List<Conclusion> conclusions, PairsResults results) {}

  /** Of one figure; the ends are null where the interval is unknown. */
  private record Conclusion(
      String id,
      Figure figure,
      int pairs,
      int starts,
      double ratio,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Verdict verdict) {}

  private PairsJson() {}

  /** With the estimates and, if there is a bar, the verdicts. */
  public static String of(PairsResults results) {
    List<Conclusion> conclusions =
        results.rows().stream()
            .flatMap(row -> conclusions(row, results.atMostPercent()).stream())
            .toList();
    return MAPPER.writeValueAsString(new Document(conclusions, results)) + "\n";
  }

  /** Reads what {@link #of} wrote. */
  static PairsResults read(String json) {
    return MAPPER.treeToValue(MAPPER.readTree(json).get("results"), PairsResults.class);
  }

  private static List<Conclusion> conclusions(Row row, @Nullable Double atMostPercent) {
    return row.figures().stream()
        .filter(measured -> measured.estimate().pairs() > 0)
        .map(
            measured -> {
              Estimate estimate = measured.estimate();
              boolean known = estimate.starts() > 1;
              boolean decides = measured.equals(row.figures().getFirst());
              return new Conclusion(
                  row.id(),
                  measured.figure(),
                  estimate.pairs(),
                  estimate.starts(),
                  estimate.ratio(),
                  known ? estimate.low() : null,
                  known ? estimate.high() : null,
                  decides && atMostPercent != null ? Verdict.of(estimate, atMostPercent) : null);
            })
        .toList();
  }
}
