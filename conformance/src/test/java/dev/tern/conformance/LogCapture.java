package dev.tern.conformance;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** What the framework logs between this object's beginning and end. */
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tern");
  private final Level before = logger.getLevel();

  /** Captures from that level on. */
  LogCapture(Level level) {
    logger.setLevel(level);
    start();
    logger.addAppender(this);
  }

  /** Captures what is logged by default. */
  LogCapture() {
    this(Level.WARN);
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

  /** The first whose message matches that; waits for it. */
  String line(String regex) {
    Pattern pattern = Pattern.compile(regex);
    List<String> found = new CopyOnWriteArrayList<>();
    await()
        .alias("a line like " + regex)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(Gate.PATIENCE_SECONDS))
        .until(
            () -> {
              events.stream()
                  .map(ILoggingEvent::getFormattedMessage)
                  .filter(message -> pattern.matcher(message).find())
                  .findFirst()
                  .ifPresent(found::add);
              return !found.isEmpty();
            });
    return found.getFirst();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(before);
    stop();
  }
}
