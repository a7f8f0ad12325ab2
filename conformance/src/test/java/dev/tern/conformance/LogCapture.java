package dev.tern.conformance;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.tern.core.Gate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the framework logs between this object's beginning and end. */
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final @Nullable Level before;

  /** Captures from that level on. */
  LogCapture(Level level) {
    this(level, "dev.tern");
  }

  /** Captures what others log from that level on, without the lines that earlier tests caused. */
  LogCapture(Level level, String whose) {
    awaitQuiet();
    logger = (Logger) LoggerFactory.getLogger(whose);
    before = logger.getLevel();
    logger.setLevel(level);
    start();
    logger.addAppender(this);
  }

  /** Captures what is logged by default. */
  LogCapture() {
    this(Level.WARN);
  }

  /** Waits until all that the framework wanted to log so far is written. */
  static void awaitQuiet() {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(Gate.PATIENCE_SECONDS))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("tern-log")));
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.getThreadName(); // before it is too late
    events.add(event);
  }

  /** All so far whose message holds that text. */
  List<ILoggingEvent> holding(String text) {
    return events.stream().filter(event -> event.getFormattedMessage().contains(text)).toList();
  }

  /** Whether something was thrown, as it or as a cause, whose message holds that text. */
  boolean thrown(String text) {
    for (ILoggingEvent event : events) {
      for (IThrowableProxy at = event.getThrowableProxy(); at != null; at = at.getCause()) {
        if (String.valueOf(at.getMessage()).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The first whose message matches that; waits for it. */
  String line(String regex) {
    Pattern pattern = Pattern.compile(regex);
    List<String> found = new CopyOnWriteArrayList<>();
    try {
      await()
          .pollInterval(Duration.ofMillis(2))
          .atMost(Duration.ofSeconds(Gate.PATIENCE_SECONDS))
          .until(
              () -> {
                messages().filter(m -> pattern.matcher(m).find()).findFirst().ifPresent(found::add);
                return !found.isEmpty();
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("lines: " + messages().toList() + " (expected: " + regex + ")", e);
    }
    return found.getFirst();
  }

  private Stream<String> messages() {
    return events.stream().map(ILoggingEvent::getFormattedMessage);
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(before);
    stop();
  }
}
