package dev.tern.cli.options;

import ch.qos.logback.classic.Level;
import dev.tern.core.Effect;
import dev.tern.core.OperationToken;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.Dialect;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options; what does not fit is refused with the value and what would. */
public final class Arguments {
  private static final int MAX_PORT = 65_535;

  private Arguments() {}

  private static <T> T choose(String text, List<T> all, Function<T, String> label) {
    return all.stream()
        .filter(one -> label.apply(one).equals(text))
        .findFirst()
        .orElseThrow(
            () -> unfit(text, "one of " + String.join(", ", all.stream().map(label).toList())));
  }

  private static TypeConversionException unfit(String text, String expected) {
    return new TypeConversionException("\"" + text + "\" (expected: " + expected + ")");
  }

  /** {@code netty} or {@code threads}. */
  public static final class OfTransport implements ITypeConverter<TransportKind> {
    @Override
    public TransportKind convert(String text) {
      return choose(text, Arrays.asList(TransportKind.values()), TransportKind::label);
    }
  }

  /** {@code jdk} or {@code openssl}. */
  public static final class OfTlsEngine implements ITypeConverter<TlsEngineKind> {
    @Override
    public TlsEngineKind convert(String text) {
      return choose(text, Arrays.asList(TlsEngineKind.values()), TlsEngineKind::label);
    }
  }

  /** {@code virtual} or {@code inline}. */
  public static final class OfLane implements ITypeConverter<LaneKind> {
    @Override
    public LaneKind convert(String text) {
      return choose(text, Arrays.asList(LaneKind.values()), LaneKind::label);
    }
  }

  /** {@code v1}, {@code jsonrpc} or {@code bare}. */
  public static final class OfDialect implements ITypeConverter<Dialect> {
    @Override
    public Dialect convert(String text) {
      return choose(text, Arrays.asList(Dialect.values()), Dialect::label);
    }
  }

  /** The label of an encoding that is there. */
  public static final class OfEncoding implements ITypeConverter<String> {
    /** Of all that are there, JSON's first. */
    public static List<String> labels() {
      return FoundEncodings.ALL.labels();
    }

    @Override
    public String convert(String text) {
      return choose(text, labels(), Function.identity());
    }
  }

  /** Labels of encodings that are there, with commas between them; or {@code none}. */
  public static final class OfEncodings implements ITypeConverter<List<String>> {
    /** None but JSON, which is always there. */
    public static final String NONE = "none";

    @Override
    public List<String> convert(String text) {
      if (text.equals(NONE)) {
        return List.of();
      }
      OfEncoding one = new OfEncoding();
      return Arrays.stream(text.split(",", -1)).map(one::convert).toList();
    }
  }

  /** The label of a compression that is there. */
  public static final class OfCompression implements ITypeConverter<String> {
    /** Of all that are there, gzip's first. */
    public static List<String> labels() {
      return FoundCompressions.labels();
    }

    @Override
    public String convert(String text) {
      return choose(text, labels(), Function.identity());
    }
  }

  /** Labels of compressions that are there, with commas between them. */
  public static final class OfCompressions implements ITypeConverter<List<String>> {
    @Override
    public List<String> convert(String text) {
      OfCompression one = new OfCompression();
      return Arrays.stream(text.split(",", -1)).map(one::convert).toList();
    }
  }

  /** {@code read}, {@code idempotent}, {@code once} or {@code unsafe}. */
  public static final class OfEffect implements ITypeConverter<Effect> {
    public static String label(Effect effect) {
      return effect.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Effect convert(String text) {
      return choose(text, Arrays.asList(Effect.values()), OfEffect::label);
    }
  }

  /** How many attempts there are after the first. */
  public static final class OfRetries implements ITypeConverter<Integer> {
    /** With the first they are as many as a policy allows. */
    private static final int MAX = 99;

    @Override
    public Integer convert(String text) {
      if (!text.matches("[0-9]{1,2}")) {
        throw unfit(text, "attempts after the first, from 0 to " + MAX);
      }
      return Integer.valueOf(text);
    }
  }

  /** How many calls, 0 for none. */
  public static final class OfCalls implements ITypeConverter<Integer> {
    private static final int MAX = 1_000_000;

    @Override
    public Integer convert(String text) {
      if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > MAX) {
        throw unfit(text, "a number of calls, from 0 to " + MAX);
      }
      return Integer.valueOf(text);
    }
  }

  /** How many days a certificate is valid. */
  public static final class OfDays implements ITypeConverter<Integer> {
    private static final int MAX = 36_500;

    @Override
    public Integer convert(String text) {
      if (!text.matches("[0-9]{1,5}")
          || Integer.parseInt(text) < 1
          || Integer.parseInt(text) > MAX) {
        throw unfit(text, "1 to " + MAX + " days");
      }
      return Integer.valueOf(text);
    }
  }

  /** An operation's token, as a call printed it. */
  public static final class OfToken implements ITypeConverter<OperationToken> {
    @Override
    public OperationToken convert(String text) {
      try {
        return OperationToken.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** How many operations of one caller are remembered. */
  public static final class OfEntries implements ITypeConverter<Long> {
    /** Callers without a name share a quarter of it, which is to be one at least. */
    private static final long MIN = 4;

    @Override
    public Long convert(String text) {
      if (!text.matches("[0-9]{1,12}") || Long.parseLong(text) < MIN) {
        throw unfit(text, "a number of operations from " + MIN + " on");
      }
      return Long.valueOf(text);
    }
  }

  /** {@code error}, {@code warn}, {@code info} or {@code debug}. */
  public static final class OfLevel implements ITypeConverter<Level> {
    public static final List<Level> LEVELS =
        List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG);

    public static String label(Level level) {
      return level.levelStr.toLowerCase(Locale.ROOT);
    }

    @Override
    public Level convert(String text) {
      return choose(text, LEVELS, OfLevel::label);
    }
  }

  /** The shells that can complete. */
  public enum Shell {
    BASH,
    ZSH;

    /** As on the command line; completion offers it like that. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@code bash} or {@code zsh}. */
  public static final class OfShell implements ITypeConverter<Shell> {
    @Override
    public Shell convert(String text) {
      return choose(text, Arrays.asList(Shell.values()), Shell::toString);
    }
  }

  /** A name or an address to listen on; an IPv6 address may stand in brackets. */
  public static final class OfHost implements ITypeConverter<String> {
    private static final String IPV6 = "([0-9a-fA-F.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*(?:%[\\w.-]+)?)";

    /** Groups: an IPv6 address in brackets, one without, anything else. */
    private static final Pattern HOST =
        Pattern.compile("\\[" + IPV6 + "]|" + IPV6 + "|([^\\[\\]:/\\s]+)");

    @Override
    public String convert(String text) {
      Matcher matcher = HOST.matcher(text);
      if (!matcher.matches()) {
        throw unfit(text, "a name or an address without a port, such as 127.0.0.1 or ::1");
      }
      return matcher.group(1) == null ? text : matcher.group(1);
    }
  }

  /** 0 to 65535. */
  public static final class OfPort implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MAX_PORT) {
        throw unfit(text, "a port from 0 to " + MAX_PORT);
      }
      return Integer.valueOf(text);
    }
  }

  /** {@code 500ms}, {@code 2s} or {@code 1m}. */
  public static final class OfDuration implements ITypeConverter<Duration> {
    /** Nine digits of the largest unit fit into a duration with room to spare. */
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

    /** The longest that a server accepts. */
    private static final Duration MAX = Duration.ofHours(1);

    @Override
    public Duration convert(String text) {
      Matcher matcher = DURATION.matcher(text);
      if (matcher.matches()) {
        long amount = Long.parseLong(matcher.group(1));
        Duration duration =
            switch (matcher.group(2)) {
              case "ms" -> Duration.ofMillis(amount);
              case "s" -> Duration.ofSeconds(amount);
              default -> Duration.ofMinutes(amount);
            };
        if (duration.isPositive() && duration.compareTo(MAX) <= 0) {
          return duration;
        }
      }
      throw unfit(text, "a time from 1ms to 60m, such as 500ms or 2s");
    }
  }

  /** {@code HOST:PORT}, an IPv6 address in brackets. */
  public static final class OfAddress implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      HostPort address;
      try {
        address = HostPort.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
      if (address.port() == 0) {
        throw unfit(text, "HOST:PORT with a port from 1 to " + MAX_PORT);
      }
      return address;
    }
  }

  /** {@code HOST:PORT} to listen on; port 0 for a free one. */
  public static final class OfListening implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      try {
        return HostPort.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** 0 to 1. */
  public static final class OfShare implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      if (!text.matches("0|1|[01]?\\.[0-9]{1,9}") || Double.parseDouble(text) > 1) {
        throw unfit(text, "a share from 0 to 1, such as 0.1");
      }
      return Double.valueOf(text);
    }
  }

  /** Bytes: {@code 500}, {@code 10k}, {@code 2m}. */
  public static final class OfBytes implements ITypeConverter<Long> {
    /** Twelve digits of the largest unit fit into a long with room to spare. */
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,12})([km]?)");

    private static final long THOUSAND = 1_000;

    @Override
    public Long convert(String text) {
      Matcher matcher = BYTES.matcher(text);
      if (matcher.matches() && Long.parseLong(matcher.group(1)) > 0) {
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
          case "k" -> amount * THOUSAND;
          case "m" -> amount * THOUSAND * THOUSAND;
          default -> amount;
        };
      }
      throw unfit(text, "bytes from 1 on, such as 500, 10k or 2m");
    }
  }

  /** Any integer of 64 bits. */
  public static final class OfSeed implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        throw unfit(text, "a whole number, such as 7");
      }
    }
  }
}
