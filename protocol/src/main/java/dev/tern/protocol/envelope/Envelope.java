package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.WireError;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueValidator;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one message in any encoding as they were found, before anybody decides what they
 * amount to. Read by {@link RequestRules} and {@link ResponseRules}; used again for the next
 * message.
 */
final class Envelope {
  private static final Bytes NOTHING = Bytes.of(new byte[0]);
  private static final String VERSION = "2.0";
  private static final Names VERSIONS = Names.of(VERSION);

  // The members that mean something, by their index in KEYS.
  static final int ID = 0;
  static final int METHOD = 1;
  static final int PARAMS = 2;
  static final int META = 3;
  static final int RESULT = 4;
  static final int ERROR = 5;
  static final int OK = 6;
  static final int JSONRPC = 7;

  private static final Names KEYS =
      Names.of("id", "method", "params", "meta", "result", "error", "ok", "jsonrpc");

  /** What a member may be besides a value that is as it should be. */
  enum Found {
    ABSENT,
    NULL,
    SOUND,
    WRONG
  }

  private final Limits limits;
  private final Names methods;
  private final Encoding encoding;
  private final ValueValidator validator;
  private final WireFormat.Each formats;
  final MetaReader metaReader;

  // The message that is being read.
  private boolean keeps;
  private int payloadBytes;

  /** What each member is, by its index. */
  private final Found[] found = new Found[KEYS.size()];

  @Nullable Id id;
  @Nullable String method;
  boolean isOk;

  // Where they lie.
  private Bytes params = NOTHING;
  private int metaStart;
  private int metaEnd;
  private Bytes result = NOTHING;
  private Bytes error = NOTHING;

  /** Whether the end of the message is missing. */
  private boolean isCut;

  private @Nullable OverLimit overLimit;

  Envelope(Encoding encoding, Limits limits, Names methods, ValueValidator validator) {
    this.encoding = encoding;
    this.limits = limits;
    this.methods = methods;
    this.validator = validator;
    this.formats = WireFormat.Each.of(encoding);
    this.metaReader = new MetaReader(limits);
  }

  /**
   * Reads all members of the message in these bytes, which must be all that there is.
   *
   * @param keepsPayload whether nobody writes to them any more
   * @throws MalformedException if they are none, or nest too deep and nobody can be told
   */
  void read(byte[] payload, int off, int len, boolean keepsPayload) {
    clear();
    keeps = keepsPayload;
    payloadBytes = payload.length;
    overLimit = validator.checkMessage(payload, off, off + len);
    members(encoding.messageReader(Bytes.of(payload, off, off + len)));
    if (overLimit != null && overLimit.isTooDeep() && !isAddressed()) {
      int at = overLimit.at() - off;
      throw new NoMessageException(ErrorCode.PARSE_ERROR, at, overLimit.message(limits));
    }
  }

  /** The messages of a batch, see {@link Encoding#batched}. */
  List<Bytes> batched(byte[] payload, int off, int len, int most) {
    return encoding.batched(validator, Bytes.of(payload, off, off + len), most);
  }

  /** As {@link #read}, of bytes that end too early: as far as they go. */
  void readCut(byte[] payload, int off, int len) {
    clear();
    try {
      overLimit = validator.checkMessage(payload, off, off + len);
      members(encoding.messageReader(Bytes.of(payload, off, off + len)));
    } catch (MalformedException cut) {
      readSound(Bytes.of(payload, off, off + cut.offset()));
    }
  }

  private void readSound(Bytes beginning) {
    isCut = true;
    try {
      members(encoding.messageReader(beginning));
    } catch (MalformedException cut) {
      // It always ends like this. The members before the cut have been read.
    }
  }

  private void members(ValueReader in) {
    if (in.peek() != ValueKind.OBJECT) {
      throw new NoMessageException(ErrorCode.BAD_REQUEST, 0, "a value instead of an object");
    }
    in.beginObject();
    int key = 0;
    while ((key = in.nextMember(KEYS, key)) != ValueReader.END) {
      member(in, key);
      key++;
    }
  }

  /** Whether it is known which call, or notification, an error of it belongs to. */
  private boolean isAddressed() {
    return has(ID) ? found(ID) == Found.SOUND : found(METHOD) == Found.SOUND;
  }

  /** What a member is. */
  Found found(int key) {
    return found[key];
  }

  /** Whether a member is there, be it null or wrong. */
  boolean has(int key) {
    return found[key] != Found.ABSENT;
  }

  /**
   * Whether it is meant as a response: whatever has a method is a request, and so is what has
   * nothing; an error that is null counts as none.
   */
  boolean isResponse() {
    return !has(METHOD) && (has(RESULT) || found(ERROR) == Found.SOUND || has(OK));
  }

  /** What was found of a reply before its bytes ended too early. */
  Message.Malformed cutReply(String problem) {
    boolean isSound = found(ID) == Found.SOUND && !has(METHOD);
    boolean hasFailed = found(ERROR) == Found.SOUND || (found(OK) == Found.SOUND && !isOk);
    boolean hasSucceeded = has(RESULT) || found(OK) == Found.SOUND;
    Executed executed = hasSucceeded && !hasFailed ? Executed.YES : Executed.MAYBE;
    WireError cut = WireError.of(ErrorCode.TOO_LARGE, problem, executed);
    return new Message.Malformed(format(Dialect.V1), isSound ? id : null, true, false, cut);
  }

  WireFormat format(Dialect dialect) {
    return formats.of(dialect);
  }

  Encoding encoding() {
    return encoding;
  }

  /** The first thing that is over a limit, or null. */
  @Nullable OverLimit overLimit() {
    return overLimit;
  }

  /** The first one that is not in meta, or null: of a reply, where nothing in meta does harm. */
  @Nullable OverLimit overLimitOutsideMeta() {
    if (overLimit == null || !isInMeta(overLimit)) {
      return overLimit;
    }
    OverLimit inResult = has(RESULT) ? validator.checkValue(result, 1) : null;
    return inResult == null && has(ERROR) ? validator.checkValue(error, 1) : inResult;
  }

  private boolean isInMeta(OverLimit what) {
    return what.at() >= metaStart && what.at() < metaEnd;
  }

  private static boolean isIn(Bytes value, OverLimit what) {
    return what.at() >= value.from() && what.at() < value.to();
  }

  /** Where in the params that is, for people; null if it is not in them. */
  @Nullable String pathInParams(OverLimit what) {
    return found(PARAMS) == Found.SOUND && isIn(params, what)
        ? ValuePath.of(encoding.reader(params, null), what.at())
        : null;
  }

  /** Whether a reply says something in meta that is not legal there. */
  boolean hasOddReplyMeta() {
    return found[META] == Found.WRONG
        || metaReader.isOddReply()
        || (overLimit != null && isInMeta(overLimit));
  }

  /** The params that were found. */
  Bytes params() {
    return value(params);
  }

  /** The result that was found. */
  Bytes result() {
    return value(result);
  }

  /** The error that was found, where it lies. */
  Bytes error() {
    return error;
  }

  /** A value that was found: where it lies if that may be and pays, else a copy. */
  private Bytes value(Bytes where) {
    return keeps && pays(where.from(), where.to(), payloadBytes)
        ? where
        : Bytes.copyOf(where.array(), where.from(), where.to());
  }

  /** As {@link #params()}, of a value that somebody else has found. */
  static Bytes value(byte[] payload, int start, int end, boolean keeps) {
    return keeps && pays(start, end, payload.length)
        ? Bytes.of(payload, start, end)
        : Bytes.copyOf(payload, start, end);
  }

  private static boolean pays(int start, int end, int payloadBytes) {
    return (long) (end - start) * 2 > payloadBytes;
  }

  /** Lets go of the payload: an idle connection must not hold its last message. */
  void release() {
    params = NOTHING;
    result = NOTHING;
    error = NOTHING;
  }

  private void clear() {
    Arrays.fill(found, Found.ABSENT);
    release();
    id = null;
    method = null;
    overLimit = null;
    metaStart = 0;
    metaEnd = 0;
    isCut = false;
    metaReader.clear();
  }

  private void member(ValueReader in, int key) {
    switch (key) {
      case ID -> id(in);
      case METHOD -> method(in);
      case PARAMS -> {
        found[PARAMS] =
            switch (in.peek()) {
              case OBJECT, ARRAY -> Found.SOUND;
              case NULL -> Found.NULL;
              case BINARY -> in.isMessage() ? Found.SOUND : Found.WRONG;
              case STRING, NUMBER, BOOLEAN -> Found.WRONG;
            };
        params = in.readEncoded();
      }
      case META -> meta(in);
      case RESULT -> {
        found[RESULT] = Found.SOUND; // first: the end of a long one may be missing
        result = in.readEncoded();
      }
      case ERROR -> {
        found[ERROR] = in.peek() == ValueKind.NULL ? Found.NULL : Found.SOUND;
        error = in.readEncoded();
      }
      case OK -> ok(in);
      case JSONRPC -> version(in);
      default -> in.skipValue();
    }
  }

  private void id(ValueReader in) {
    Id read = IdReader.read(in, limits);
    if (isCut && in.isAtEnd()) {
      return; // a number may have gone on
    }
    id = read;
    found[ID] = read == null ? Found.WRONG : read == Id.Null.NULL ? Found.NULL : Found.SOUND;
  }

  private void method(ValueReader in) {
    found[METHOD] = Found.WRONG;
    if (in.peek() != ValueKind.STRING) {
      in.skipValue();
      return;
    }
    int known = in.readString(methods);
    String name = known >= 0 ? methods.get(known).text() : again(in);
    if (known >= 0 || Text.isMethod(name, limits)) {
      found[METHOD] = Found.SOUND;
      method = name;
    }
  }

  private static String again(ValueReader in) {
    in.again();
    return in.readString();
  }

  private void meta(ValueReader in) {
    ValueKind kind = in.peek();
    found[META] =
        switch (kind) {
          case OBJECT -> Found.SOUND;
          case NULL -> Found.NULL;
          case ARRAY, STRING, NUMBER, BOOLEAN, BINARY -> Found.WRONG;
        };
    metaStart = in.position();
    if (kind == ValueKind.OBJECT) {
      metaReader.read(in);
    } else {
      in.skipValue();
    }
    metaEnd = in.position();
  }

  private void ok(ValueReader in) {
    if (in.peek() == ValueKind.BOOLEAN) {
      isOk = in.readBoolean();
      found[OK] = Found.SOUND;
    } else {
      found[OK] = Found.WRONG;
      in.skipValue();
    }
  }

  private void version(ValueReader in) {
    boolean isText = in.peek() == ValueKind.STRING;
    boolean isSound = isText && in.readString(VERSIONS) == 0;
    found[JSONRPC] = isSound ? Found.SOUND : Found.WRONG;
    if (!isText) {
      in.skipValue();
    }
  }
}
