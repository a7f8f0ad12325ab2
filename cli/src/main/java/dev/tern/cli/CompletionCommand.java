package dev.tern.cli;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.options.LaneKind;
import dev.tern.cli.options.TlsEngineKind;
import dev.tern.cli.options.TransportKind;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.core.Effect;
import dev.tern.protocol.Dialect;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that has a shell complete commands and options. */
@Command(
    name = "completion",
    description = "Prints a script that completes commands and options in bash or zsh.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  source <(tern completion bash)    # in ~/.bashrc",
      "  source <(tern completion zsh)     # in ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  /** What zsh needs before it can run a script for bash. */
  private static final String ZSH =
      "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n";

  /**
   * {@code --option=value} is three words in bash and one in zsh; picocli's script knows two. What
   * it offers gets the beginning of that one word again.
   */
  private static final String SPLIT =
      """

      # Splits "--option=value" into two words, as the functions above expect it.
      function _split_tern() {
        local -a words
        local word last="" head="" i=0 at=${COMP_CWORD}
        words=()
        for word in "${COMP_WORDS[@]}"; do
          if [[ "${word}" == "=" && "${last}" == --* ]]; then
            if [ "$i" -eq "${COMP_CWORD}" ]; then
              words+=("")
            elif [ "$i" -lt "${COMP_CWORD}" ]; then
              at=$((at - 1))
            fi
          elif [[ "${word}" == --*=* ]]; then
            words+=("${word%%=*}" "${word#*=}")
            if [ "$i" -le "${COMP_CWORD}" ]; then at=$((at + 1)); fi
            if [ "$i" -eq "${COMP_CWORD}" ]; then head="${word%%=*}="; fi
          else
            words+=("${word}")
          fi
          last="${word}"
          i=$((i + 1))
        done
        COMP_WORDS=("${words[@]}")
        COMP_CWORD=${at}
        _complete_tern
        if [ -n "${head}" ]; then
          COMPREPLY=("${COMPREPLY[@]/#/${head}}")
        fi
      }
      complete -F _split_tern -o default tern tern.sh tern.bash
      """;

  /** By the names of the options; picocli takes all others for files or free text. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "--dialect", labels(Dialect.values(), Dialect::label),
          "--transport", labels(TransportKind.values(), TransportKind::label),
          "--tls-engine", labels(TlsEngineKind.values(), TlsEngineKind::label),
          "--lane", labels(LaneKind.values(), LaneKind::label),
          "--effect", labels(Effect.values(), Arguments.OfEffect::label),
          "--encoding", Arguments.OfEncoding.labels(),
          "--encodings", Arguments.OfEncoding.labels(),
          "--compress", Arguments.OfCompression.labels(),
          "--log", Arguments.OfLevel.LEVELS.stream().map(Arguments.OfLevel::label).toList());

  /** The commands of programs that the script starts on a larger class path. */
  private static final Map<String, List<String>> ELSEWHERE =
      Map.of(
          "bench", List.of("compare", "pairs", "soak", "jmh"),
          "lab", List.of("retries", "overload"));

  private final Terminal terminal;

  private @Nullable @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "bash|zsh",
      converter = Arguments.OfShell.class,
      description = "the shell")
  private Arguments.@Nullable Shell shell;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CommandLine root = Objects.requireNonNull(spec).root().commandLine();
    addValues(root.getCommandSpec());
    addOthers(root);
    String script = AutoComplete.bash("tern", root) + SPLIT;
    terminal.out().print(shell == Arguments.Shell.ZSH ? ZSH + script : script);
    terminal.out().flush();
    return ExitCode.OK;
  }

  private static <T> List<String> labels(T[] values, Function<T, String> label) {
    return Arrays.stream(values).map(label).toList();
  }

  private static void addOthers(CommandLine root) {
    ELSEWHERE.forEach(
        (program, commands) -> {
          CommandSpec other =
              Objects.requireNonNull(root.getSubcommands().get(program)).getCommandSpec();
          commands.forEach(
              command ->
                  other.addSubcommand(
                      command, CommandSpec.create().mixinStandardHelpOptions(true)));
        });
  }

  /** Here, because to say it where the options are declared would make each call start later. */
  private static void addValues(CommandSpec spec) {
    for (OptionSpec option : List.copyOf(spec.options())) {
      List<String> values = VALUES.get(option.longestName());
      if (values != null) {
        spec.remove(option);
        spec.addOption(OptionSpec.builder(option).completionCandidates(values).build());
      }
    }
    spec.subcommands().values().forEach(command -> addValues(command.getCommandSpec()));
  }
}
