package dev.tern.bench.driver;

import dev.tern.bench.pairs.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The start of {@code ./tern call}, each build against a server of its own. */
record PairedCommand() implements Paired {
  @Override
  public String id() {
    return "command";
  }

  @Override
  public String title() {
    return "./tern call at the shell";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.WALL_SECONDS);
  }

  @Override
  public int pairsAStart(int asked) {
    return 1;
  }

  @Override
  public Subject start(Build build, PairsSettings settings, Path logs)
      throws IOException, FailedException {
    Path checkout = build.checkout();
    if (checkout == null) {
      throw new FailedException(
          "a dist folder without the script tern beside it (expected: a checkout)", null);
    }
    ShellCall call = ShellCall.start(checkout, build.commandLineServer(), logs);
    return new Subject() {
      @Override
      public boolean warmUp() throws IOException, FailedException {
        // The first run may prepare the fast start; the server's first call is slow as well.
        call.seconds(Map.of());
        return true;
      }

      @Override
      public List<Double> slice() throws IOException, FailedException {
        return List.of(call.seconds(Map.of()));
      }

      @Override
      public void close() {
        call.close();
      }
    };
  }
}
