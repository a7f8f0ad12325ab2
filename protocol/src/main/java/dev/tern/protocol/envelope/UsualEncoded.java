package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.FastPath;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.Words;
import org.jspecify.annotations.Nullable;

/** Usual messages in an encoding that has a {@link FastPath} for them. */
final class UsualEncoded implements Usual {
  private final Encoding encoding;
  private final WireFormat format;
  private final FastPath path;
  private final Names methods;
  private final MetaReader metaReader;
  private final int metaBytes;

  /** Whether no limit forbids the members themselves. */
  private final boolean isAllowed;

  UsualEncoded(
      Encoding encoding, FastPath path, Limits limits, Names methods, MetaReader metaReader) {
    this.encoding = encoding;
    this.format = WireFormat.Each.of(encoding).of(Dialect.V1);
    this.path = path;
    this.methods = methods;
    this.metaReader = metaReader;
    this.metaBytes = limits.get(Bound.META_BYTES);
    this.isAllowed = Usual.isAllowedBy(limits);
  }

  @Override
  public Message.@Nullable Request request(byte[] payload, int off, int len, boolean keeps) {
    if (!isAllowed || !path.findRequest(payload, off, off + len)) {
      return null;
    }
    int start = path.methodStart();
    int end = path.methodEnd();
    long firstWord = Words.head(Words.at(payload, start), end - start);
    int method = methods.indexOf(firstWord, payload, start, end);
    Meta meta = method < 0 ? null : meta(payload);
    return meta == null
        ? null
        : new Message.Request(
            format,
            new Id.Number(path.id()),
            methods.get(method).text(),
            path.valueStart() < 0 ? null : value(payload, keeps),
            meta);
  }

  /** Null if something is wrong with it. */
  private @Nullable Meta meta(byte[] payload) {
    int start = path.metaStart();
    int end = path.metaEnd();
    if (path.timeoutMillis() >= 0 && end - start <= metaBytes) {
      return Meta.timeout(path.timeoutMillis());
    }
    metaReader.clear();
    metaReader.read(encoding.reader(Bytes.of(payload, start, end), null));
    return metaReader.otherVersion() || metaReader.problem() != null ? null : metaReader.toMeta();
  }

  @Override
  public Message.@Nullable Response response(byte[] payload, int off, int len, boolean keeps) {
    return isAllowed && path.findReply(payload, off, off + len)
        ? new Message.Response(
            new Id.Number(path.id()), value(payload, keeps), null, ReplyMeta.NONE, encoding)
        : null;
  }

  private Bytes value(byte[] payload, boolean keeps) {
    return Envelope.value(payload, path.valueStart(), path.valueEnd(), keeps);
  }
}
