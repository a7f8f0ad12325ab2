package dev.tern.protocol.json;

/** The name of an object's member that was seen last. */
final class NameToken {
  private final JsonLexer in;

  /** Behind its quote. */
  int start;

  /** Where its closing quote is. */
  int end;

  private long word;
  private boolean escaped;

  NameToken(JsonLexer in) {
    this.in = in;
  }

  /** Scans the name whose opening quote is here. */
  void scan() {
    in.string();
    start = in.stringStart;
    end = in.stringEnd;
    escaped = in.escaped;
    if (escaped) {
      int length = in.decode(start, end);
      word = Words.head(Words.at(in.scratch, 0), length);
    } else {
      word = in.stringWord;
    }
  }

  /** Whether it is this one. */
  boolean is(JsonName name) {
    return escaped
        ? name.equalsUtf8(word, in.scratch, 0, in.decode(start, end))
        : name.equalsUtf8(word, in.buf, start, end);
  }

  /** Its index among known ones, or -1. */
  int in(JsonNames known) {
    if (escaped) {
      int length = in.decode(start, end);
      return known.indexOf(word, in.scratch, 0, length);
    }
    return known.indexOf(word, in.buf, start, end);
  }

  /** Its hash, the same however it is written. */
  int hash() {
    if (escaped) {
      int length = in.decode(start, end);
      return JsonName.hash(word, in.scratch, 0, length);
    }
    return JsonName.hash(word, in.buf, start, end);
  }

  /** Its text. */
  String text() {
    return in.text(start, end, escaped, false);
  }
}
