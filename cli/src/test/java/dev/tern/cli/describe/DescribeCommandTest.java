package dev.tern.cli.describe;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.tern.cli.FrameServer;
import dev.tern.cli.Run;
import dev.tern.cli.ScriptedServer;
import dev.tern.cli.Shop;
import dev.tern.cli.serve.DemoService;
import dev.tern.core.Lane;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DescribeCommandTest {
  private static final Transport TRANSPORT = new ThreadsTransport();
  private static Server server;
  private static String address;

  @BeforeAll
  static void serve() throws IOException {
    server = Shop.serve(TRANSPORT);
    address = "127.0.0.1:" + server.port();
  }

  @AfterAll
  static void stop() {
    server.close();
    TRANSPORT.close();
  }

  private static String describe(String... name) {
    List<String> arguments = new ArrayList<>(List.of("describe", address));
    arguments.addAll(List.of(name));
    Run run = Run.tern(arguments.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run.out().replace(address, "HOST:1");
  }

  @Test
  void aMethod() {
    assertThat(describe("shop.buy"))
        .isEqualTo(
            """
            shop.buy  Buys something.

            effect: ONCE
            params:
              sku    string
              count  integer (int32)
              note   string, optional
            result: string

            example:
              tern call HOST:1 shop.buy sku=text count=1
            """);
  }

  @Test
  void aMethodWithTypesOfItsOwn() {
    assertThat(describe("shop.put"))
        .isEqualTo(
            """
            shop.put

            effect: UNSAFE
            params:
              order   Order
              prices  map of number
            result: Order

            Order:
              id        string (uuid)
              state     State
              lines     array of Line
              replaces  Order, optional
              since     string (date-time)

            State: one of OPEN, PAID

            Line:
              sku    string
              count  integer (int32)

            example:
              tern call HOST:1 shop.put 'order={"id":"7d444840-9dc0-11d1-b245-5ffdce74fad2",\
            "state":"OPEN","lines":[{"sku":"text","count":1}],"since":"2026-01-31T12:00:00Z"}'\
             'prices={"name":1.5}'
            """);
  }

  @Test
  void aMethodWithParamsByPosition() {
    assertThat(describe("shop.all"))
        .contains(
            "\nparams: array of integer (int32)\nresult: array of Order\n\nOrder:\n",
            "\n  tern call HOST:1 shop.all '[1]'\n");
  }

  @Test
  void aType() {
    assertThat(describe("Line"))
        .isEqualTo(
            """
            Line:
              sku    string
              count  integer (int32)

            methods: shop.put, shop.weigh, shop.all
            """);
  }

  @Test
  void aTypeTellsOfThoseThatItIsMadeOf() {
    assertThat(describe("Order")).contains("\nState: one of OPEN, PAID\n", "\nLine:\n");
  }

  @Test
  void everything() {
    assertThat(describe())
        .startsWith("Shop 2\nMETHOD ")
        .contains("\nshop.buy    sku: string, count: integer, note?: string ", "\nLine:\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "add",
        "divide",
        "inc",
        "get",
        "echo",
        "sleep",
        "shop.buy",
        "shop.find",
        "shop.put",
        "shop.all"
      })
  void itsExamplesAreCallsThatAreServed(String method) throws IOException {
    try (Server demo = DemoService.offer(Server.builder(TRANSPORT), Lane.VIRTUAL).listen(0)) {
      String at = method.startsWith("shop") ? address : "127.0.0.1:" + demo.port();
      String text = Run.tern("describe", at, method).out();
      String example = text.lines().reduce((_, last) -> last).orElseThrow().strip();
      String[] words = example.substring("tern ".length()).replace("'", "").split(" ");
      assertThat(Run.tern(words).code()).as(example).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop.by | \"shop.by\" is no method and no type of this server: did you mean shop.buy?",
        "Lines   | \"Lines\" is no method and no type of this server: did you mean Line?",
        "total   | \"total\" is no method and no type of this server; tern describe ADDRESS has all",
      })
  void whatIsNotThereIsAQuestion(String name, String words) {
    assertThat(Run.tern("describe", address, name))
        .isEqualTo(new Run(67, "", "tern describe: " + words.replace("ADDRESS", address) + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "jsonrpc", "bare"})
  void inEachDialect(String dialect) {
    Run run = Run.tern("describe", "--dialect", dialect, address, "Line");
    assertThat(run.out()).startsWith("Line:\n");
  }

  @Test
  void aForeignServerMayLeaveAlmostAllOut() throws IOException {
    try (FrameServer peer = FrameServer.of("3", "{\"methods\":[{\"name\":\"m\"}]}")) {
      assertThat(Run.tern("describe", peer.address(), "m").out())
          .isEqualTo(
              """
              m

              effect: not said
              params: not said
              result: any

              example:
                tern call %s m
              """
                  .formatted(peer.address()));
    }
  }

  /** A document may lead in circles, or nowhere, and hold what would command a terminal. */
  @Test
  void aHostileDocumentDoesNoHarm() throws IOException {
    String document =
        "{\"methods\":[{\"name\":\"m\",\"description\":\"\\u001b[2J\\n\",\"params\":["
            + "{\"name\":\"a\",\"required\":true,\"schema\":{\"$ref\":\"#/x/A\"}},"
            + "{\"name\":\"b\",\"required\":true,\"schema\":{\"$ref\":\"#/x/None\"}}]}],"
            + "\"components\":{\"schemas\":{\"A\":{\"$ref\":\"#/x/B\"},\"B\":{\"$ref\":\"#/x/A\"}}}}";
    try (FrameServer peer = FrameServer.of("3", document)) {
      assertThat(Run.tern("describe", peer.address(), "m").out())
          .startsWith("m  \\u001b[2J\\u000a\n")
          .endsWith("tern call " + peer.address() + " m a=null b=null\n");
    }
  }

  private static String type(int number, String members, String required) {
    return "\"T%d\":{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]}"
        .formatted(number, members, required);
  }

  /** Types of which each requires so many members of the next. */
  private static String chain(int types, int members) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < types; i++) {
      String next = "{\"$ref\":\"#/x/T%d\"}".formatted(i + 1);
      List<String> names = IntStream.range(0, members).mapToObj("\"m%d\""::formatted).toList();
      String each = names.stream().map(name -> name + ":" + next).collect(joining(","));
      all.add(type(i, each, String.join(",", names)));
    }
    return String.join(",", all);
  }

  private static String taking(String params, String types) {
    return "{\"methods\":[{\"name\":\"m\",\"params\":[%s]}],\"components\":{\"schemas\":{%s}}}"
        .formatted(params, types);
  }

  private static String param(String name) {
    return "{\"name\":\"%s\",\"required\":true,\"schema\":{\"$ref\":\"#/x/T0\"}}".formatted(name);
  }

  private static Run describeAt(String document, String... name) throws IOException {
    try (FrameServer peer = FrameServer.of("3", document)) {
      List<String> arguments = new ArrayList<>(List.of("describe", peer.address()));
      arguments.addAll(List.of(name));
      return Run.tern(arguments.toArray(String[]::new));
    }
  }

  static Stream<Named<String>> examplesWithoutEnd() {
    String many = IntStream.range(0, 2_000).mapToObj(i -> param("p" + i)).collect(joining(","));
    String options =
        IntStream.range(0, 20_000).mapToObj("\"o%d\":{}"::formatted).collect(joining(","));
    String none = IntStream.range(0, 20_000).mapToObj("\"n%d\""::formatted).collect(joining(","));
    return Stream.of(
        Named.of("27 types of two of the next", taking(param("p"), chain(27, 2))),
        Named.of("5 types of a hundred of the next", taking(param("p"), chain(5, 100))),
        Named.of("a chain of 30,000", taking(param("p"), chain(30_000, 1))),
        Named.of("2,000 params of 4,096 values", taking(many, chain(6, 4))),
        Named.of(
            "a thousand of many options",
            taking(
                param("p"),
                type(
                        0,
                        IntStream.range(0, 1_000)
                            .mapToObj("\"m%d\":{\"$ref\":\"#/x/T1\"}"::formatted)
                            .collect(joining(",")),
                        IntStream.range(0, 1_000)
                            .mapToObj("\"m%d\""::formatted)
                            .collect(joining(",")))
                    + ","
                    + type(1, options, none))));
  }

  @ParameterizedTest
  @MethodSource("examplesWithoutEnd")
  @Timeout(value = 20, threadMode = SEPARATE_THREAD)
  void anExampleWithoutEndIsCutShort(String document) throws IOException {
    Run run = describeAt(document, "m");

    String example = run.out().lines().reduce((_, last) -> last).orElseThrow();
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(example).startsWith("  tern call ").hasSizeLessThan(32_000);
  }

  /** Told of it one by one, each method would look at each type. */
  @Test
  @Timeout(value = 20, threadMode = SEPARATE_THREAD)
  void aTypeOfManyInADocumentOfManyMethods() throws IOException {
    String methods =
        IntStream.range(0, 20_000)
            .mapToObj(
                i ->
                    "{\"name\":\"m%d\",\"result\":{\"schema\":{\"$ref\":\"#/x/T0\"}}}".formatted(i))
            .collect(joining(","));
    String document =
        "{\"methods\":[%s],\"components\":{\"schemas\":{%s}}}".formatted(methods, chain(20_000, 1));

    assertThat(describeAt(document, "T19999").out())
        .startsWith("T19999:\n")
        .contains("\nmethods: m0, m1, ");
  }

  /** Each line would be as long as the longest. */
  @Test
  @Timeout(value = 20, threadMode = SEPARATE_THREAD)
  void aLongNameAmongManyMakesNoLongLines() throws IOException {
    String methods =
        IntStream.range(0, 20_000).mapToObj("{\"name\":\"m%d\"}"::formatted).collect(joining(","));
    String document =
        "{\"methods\":[{\"name\":\"%s\"},%s]}".formatted("x".repeat(1_000_000), methods);

    assertThat(describeAt(document).out()).hasSizeLessThan(12_000_000);
  }

  @Test
  void aServerThatDoesNotTellIsSaid() throws IOException {
    try (ScriptedServer peer =
        new ScriptedServer(
            "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\",\"message\":\"m\"}}")) {
      Run run = Run.tern("describe", peer.address());
      assertThat(run.err()).endsWith("the server does not say what it offers\n");
      assertThat(run.code()).isEqualTo(67);
    }
  }
}
