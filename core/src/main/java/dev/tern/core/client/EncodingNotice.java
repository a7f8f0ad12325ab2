package dev.tern.core.client;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that JSON is spoken in place of the encoding that a client was asked for. */
final class EncodingNotice {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.client");

  private final AtomicBoolean given = new AtomicBoolean();

  void give(String server, String encoding) {
    if (!given.getAndSet(true)) {
      LOG.warn("{} does not speak {}: it is called in JSON", server, encoding);
    }
  }
}
