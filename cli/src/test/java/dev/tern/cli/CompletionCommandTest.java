package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS) // for bash
class CompletionCommandTest {
  @TempDir private Path folder;

  /** What bash offers for the last word of a line, which may be empty. */
  private List<String> complete(String line) throws Exception {
    Path script = Files.writeString(folder.resolve("script"), Run.tern("completion", "bash").out());
    String program =
        """
        compopt() { :; } # works while bash completes, and not here
        . "$1"
        function=$(complete -p tern | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        IFS=' ' read -r -a COMP_WORDS <<<"$2"
        case "$2" in *' ') COMP_WORDS+=('') ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        $function tern "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    return shell("bash", program, script.toString(), line).lines().map(String::strip).toList();
  }

  private static String shell(String name, String program, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder shell = new ProcessBuilder(name, "-c", program, name);
    shell.command().addAll(List.of(arguments));
    Process process = shell.redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'tern '                  | demo serve call describe outcome faults bench lab completion",
        "'tern completion '       | bash zsh",
        "'tern d'                 | demo describe",
        "'tern lab '              | retries overload",
        "'tern bench s'           | soak",
        "'tern call --d'          | --dialect",
        "'tern call --dialect '   | v1 jsonrpc bare",
        "'tern call --dialect j'  | jsonrpc",
        "'tern call --encoding '  | json msgpack",
        "'tern encode --encoding m' | msgpack",
        "'tern serve --encodings '| json msgpack",
        "'tern call --compress '  | gzip lz4 zstd",
        "'tern en'                | encode",
        "'tern de'                | decode describe demo",
        "'tern serve --transport '| netty threads",
        "'tern serve --lane '     | virtual inline",
        "'tern serve --log '      | error warn info debug",
        "'tern faults --lo'       | --loss --loss-replies --lose-connections",
        "'tern call --a'          | --auth-file",
        "'tern describe --m'      | --meta",
        "'tern call --effect '    | read idempotent once unsafe",
        "'tern call --re'         | --retries --resume",
        "'tern outcome --f'       | --fence",
        "'tern serve --w'         | --window",
        "'tern serve --me'        | --memory-entries",
        "'tern serve --transport = '          | netty threads",
        "'tern serve --transport = n'         | netty",
        "'tern serve --transport =' | netty threads",
        "'tern serve --transport=n' | --transport=netty",
        "'tern serve --port = 7070 --lane = ' | virtual inline",
      })
  void bashCompletes(String line, String expected) throws Exception {
    assertThat(complete(line)).contains(expected.split(" "));
  }

  @Test
  void bashCompletesWhatFitsAlone() throws Exception {
    assertThat(complete("tern call --dialect j")).containsExactly("jsonrpc");
  }

  /** What a real zsh makes of a line when the tabulator is pressed behind it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tern descr               | tern describe",
        "tern serve --trans       | tern serve --transport",
        "tern serve --transport n | tern serve --transport netty",
        "tern serve --transport=n | tern serve --transport=netty",
      })
  void zshCompletes(String line, String expected) throws Exception {
    assumeThat(isThere("zsh")).as("no zsh here: its completion is not tried").isTrue();
    Path script = Files.writeString(folder.resolve("script"), Run.tern("completion", "zsh").out());
    String program =
        """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1=; PROMPT_EOL_MARK=; function tern() { print -r -- '<tern '\\"\\$*\\"'>' }; . $1; echo RE''ADY"
        zpty -r -m shell line '*READY*'
        zpty -w -n shell "$2"$'\\t\\n'
        zpty -r -m shell line $'*<tern *>*'
        print -r -- "$line"
        """;
    String said = shell("zsh", program, script.toString(), line);
    assertThat(said.lines().map(String::strip).filter(one -> one.matches("<.*>")).toList())
        .containsExactly("<" + expected + ">");
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  @Test
  void theScriptForZshBringsWhatItNeeds() {
    String bash = Run.tern("completion", "bash").out();
    assertThat(Run.tern("completion", "zsh").out())
        .startsWith("autoload -U +X compinit && compinit\n")
        .endsWith(bash.lines().skip(10).reduce("", (all, line) -> all + line + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "completion      | Missing required parameter: 'bash!zsh'",
        "completion fish | \"fish\" (expected: one of bash, zsh)",
      })
  void anotherShellIsWrongUsage(String line, String words) {
    Run run = Run.tern(line.split(" "));
    assertThat(run.err()).contains(words.replace("!", "|"));
    assertThat(run.code()).isEqualTo(1);
  }
}
