package dev.tern.core.reload;

import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads files again each second, on a virtual thread, until it is closed. What has not changed is
 * not looked at; what is missing or wrong changes nothing, and is told once for each reason.
 */
public final class Reload<C> implements AutoCloseable {
  /** How soon a change is seen. */
  public static final long NANOS = 1_000_000_000;

  /** Whose files they are. Its methods are called by one thread at a time. */
  public interface Source<C> {
    /** What the files hold, to be compared by its equals. Blocks. */
    C read() throws IOException;

    /**
     * Uses what they hold now.
     *
     * @throws IllegalArgumentException if it is wrong: what was before stays
     */
    void use(C content);

    /** They cannot be used, and what was before stays. */
    void kept(String because);
  }

  private final Source<C> source;
  private final Environment environment;
  private final String thread;

  private volatile boolean closed;
  private volatile Timers.@Nullable Scheduled next;

  // Of one thread at a time: the next one is started when this one has ended.

  /** What was good. */
  private C content;

  /** What was wrong the last time; null for nothing. */
  private @Nullable String complaint;

  /**
   * Not begun yet.
   *
   * @param content what is used already
   * @param thread the name of the thread that reads
   */
  public Reload(Source<C> source, C content, Environment environment, String thread) {
    this.source = source;
    this.content = content;
    this.environment = environment;
    this.thread = thread;
  }

  /** Begins. Once. */
  public void start() {
    next = environment.timers().schedule(NANOS, () -> environment.startVirtual(this::readAgain));
    if (closed) {
      close(); // meanwhile: it has cancelled the one before
    }
  }

  private void readAgain() {
    Thread.currentThread().setName(thread);
    try {
      look();
    } catch (IOException | RuntimeException e) {
      complain(reason(e));
    } finally {
      if (!closed) {
        start();
      }
    }
  }

  /** In words, not by the name of a class. */
  private static String reason(Exception e) {
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + ": no permission to read it";
    }
    boolean speaks = e instanceof IOException || e instanceof IllegalArgumentException;
    String message = e.getMessage();
    return speaks && message != null ? message : e.toString();
  }

  private void look() throws IOException {
    C now = source.read();
    if (complaint != null || !Objects.deepEquals(now, content)) {
      source.use(now);
      content = now;
      complaint = null;
    }
  }

  private void complain(String reason) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      source.kept(reason);
    }
  }

  /** Nothing is read again; what is used stays. Idempotent. */
  @Override
  public void close() {
    closed = true;
    Timers.Scheduled waiting = next;
    if (waiting != null) {
      waiting.cancel();
    }
  }
}
