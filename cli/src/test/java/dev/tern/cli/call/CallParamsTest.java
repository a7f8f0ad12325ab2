package dev.tern.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallParamsTest {
  private static final ByteArrayInputStream NOTHING = new ByteArrayInputStream(new byte[0]);

  private static String read(String... arguments) {
    byte[] params = CallParams.read(List.of(arguments), NOTHING).encoded();
    return params == null ? "none" : new String(params, UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a=1                        | {`a`:1}",
        "a=-1.50e+3                 | {`a`:-1.50e+3}",
        "a=123456789012345678901234 | {`a`:123456789012345678901234}",
        "a=01                       | {`a`:`01`}",
        "a=true                     | {`a`:true}",
        "a=True                     | {`a`:`True`}",
        "a=null                     | {`a`:null}",
        "a=                         | {`a`:``}",
        "a=b=c                      | {`a`:`b=c`}",
        "a=1 2                      | {`a`:`1 2`}",
        "a=[1,{}]                   | {`a`:[1,{}]}",
        "a={`b`:[]}                 | {`a`:{`b`:[]}}",
        "a=`1`                      | {`a`:`1`}",
        "a=żółć 🦜                  | {`a`:`żółć 🦜`}",
        "a=@file                    | {`a`:`@file`}",
        "a=-                        | {`a`:`-`}",
        "a=tab\\t                   | {`a`:`tab\\\\t`}",
        "a.b=1                      | {`a.b`:1}",
        "a:=1                       | {`a`:1}",
        "a:=`1`                     | {`a`:`1`}",
        "a:b=1                      | {`a:b`:1}",
        "a=:=1                      | {`a`:`:=1`}",
      })
  void aPairIsAMember(String argument, String expected) {
    assertThat(read(argument.replace('`', '"'))).isEqualTo(expected.replace('`', '"'));
  }

  @Test
  void pairsKeepTheirOrder() {
    assertThat(read("b=2", "a=1", "c=x")).isEqualTo("{\"b\":2,\"a\":1,\"c\":\"x\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {"{\"a\": 1}", "[1,2]", "' {\"a\":\"x=y\"} '", "[]", "{}"})
  void jsonStaysAsItIs(String json) {
    assertThat(read(json)).isEqualTo(json);
  }

  @Test
  void noArgumentAndNullAreNone() {
    assertThat(List.of(read(), read("null"))).containsExactly("none", "none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1,}             | at byte 7",
        "{'a':1,'a':2}        | at byte 7",
        "{'a':1,'\\u0061':2}  | at byte 7",
        "{'a':01}             | at byte 6",
        "{'a':NaN}            | at byte 5",
        "{'a':1}{'b':2}       | at byte 7",
        "{'a':1               | at byte 6",
        "{a:1}                | at byte 1",
        "[1,]                 | at byte 3",
        "['\\ud800']          | at byte 2",
        "[1] // one           | at byte 4",
        "nul                  | at byte 0",
        "'x'                  | neither an object nor an array",
        "5                    | neither an object nor an array",
        "true                 | neither an object nor an array",
        "a={'b':1,}           | a: not strict JSON at byte 7",
        "a='b                 | a: not strict JSON at byte 2",
        "=1                   | =1",
        ":=1                  | :=1",
        "a:=x                 | a: not strict JSON at byte 0",
        "a:=                  | a: not strict JSON at byte 0",
      })
  void whatIsNoStrictJsonIsRefusedWithItsPlace(String argument, String message) {
    assertThatThrownBy(() -> read(argument.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatLiesTooDeepInTheRequestIsRefused() {
    String deep = "[".repeat(63) + "]".repeat(63);
    assertThat(read(deep)).isEqualTo(deep);
    assertThatThrownBy(() -> read("[" + deep + "]")).hasMessageStartingWith("params: not strict");
    assertThatThrownBy(() -> read("a=" + deep)).hasMessageStartingWith("params: not strict");
  }

  @Test
  void aNameThatNoServerReadsIsRefused() {
    assertThatThrownBy(() -> read("n".repeat(257) + "=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("params: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "1"})
  void aWordIsToldWhatParamsAre(String word) {
    assertThatThrownBy(() -> read(word))
        .hasMessageStartingWith(
            "params: \""
                + word
                + "\" (expected: JSON, @file, - or name=value …, such as a=1 b=2 or '[1, 2]'): ");
    assertThatThrownBy(() -> read(word, "2")).hasMessageContaining("such as a=1 b=2 or '[1, 2]'");
  }

  @Test
  void anEmptyArgumentIsRefused() {
    assertThatThrownBy(() -> read("")).hasMessageContaining("at byte 0");
  }

  @Test
  void aNameTwiceIsRefused() {
    assertThatThrownBy(() -> read("a=1", "a=2")).hasMessageContaining("a is there twice");
  }

  @Test
  void aPairAndSomethingElseIsRefused() {
    assertThatThrownBy(() -> read("a=1", "b")).hasMessageContaining("\"b\" (expected: name=value");
  }

  @Test
  void twoJsonTextsAreRefused() {
    assertThatThrownBy(() -> read("{}", "{}")).hasMessageContaining("2 arguments");
  }

  @Test
  void bytesThatTheLocaleCannotReadAreRefused() {
    assertThatThrownBy(() -> read("a=\uFFFD")).hasMessageContaining("UTF-8");
  }

  @Test
  void readsAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("params.json"), "{\"a\":1}\n");
    assertThat(read("@" + file)).isEqualTo("{\"a\":1}\n");
  }

  @Test
  void aFileIsReadAsStrictly(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("params.json"), new byte[] {'[', '"', (byte) 0xFF});
    assertThatThrownBy(() -> read("@" + file))
        .hasMessageContaining("params.json: not strict JSON at byte 2");
  }

  @Test
  void aMissingFileIsSaid() {
    assertThatThrownBy(() -> read("@no/such/file")).hasMessageContaining("no file no/such/file");
  }

  @Test
  void readsStdin() {
    CallParams params =
        CallParams.read(List.of("-"), new ByteArrayInputStream("[1]".getBytes(UTF_8)));
    assertThat(params.encoded()).asString(UTF_8).isEqualTo("[1]");
  }
}
