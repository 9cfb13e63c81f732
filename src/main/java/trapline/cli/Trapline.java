package trapline.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import trapline.diag.Contradiction;

/// `trapline`: from the command line to an exit code.
@Command(
    name = "trapline",
    mixinStandardHelpOptions = true,
    versionProvider = Trapline.Version.class,
    header = "Tells whether an instruction-set architecture can be virtualized, and proves it.",
    description = {
      "",
      "Reads the description of a machine (*.isa), decides for every instruction the classes"
          + " of Popek and Goldberg (CACM 17(7), 1974), shows the states behind every positive"
          + " answer, and concludes whether a virtual machine monitor can be built.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline check isa-specs/pdp-10.isa",
      "  trapline check isa-specs/third-generation.isa --require vmm",
      "  trapline witness isa-specs/pdp-10.isa 'jrst 1'",
      "  trapline explain control_sensitive",
      "",
      "Exit codes:",
      "   0  answered, and everything expected or required holds",
      "   1  an expectation, a requirement or a test is refuted",
      "   2  the command line is wrong",
      "   3  the description is wrong",
      "   4  something is undecided",
      "   5  a contradiction between two engines",
      "  70  Trapline itself is wrong"
    },
    subcommands = {
      Check.class,
      WitnessCommand.class,
      Replay.class,
      Explain.class,
      RunCommand.class,
      VmmCommand.class,
      ValidateCommand.class,
      ReportCommand.class,
      DiffCommand.class,
      Asm.class,
      Disasm.class,
      TestCommand.class,
      Fmt.class,
      LspCommand.class,
      ServeCommand.class,
      GenerateCompletion.class,
      CommandLine.HelpCommand.class
    })
public final class Trapline {
  private final Terminal terminal;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      scope = ScopeType.INHERIT,
      defaultValue = "auto",
      description = "Colours: auto, always or never. NO_COLOR turns auto off.")
  void color(Terminal.Colour colour) {
    terminal.colour(colour);
  }

  Trapline(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] arguments) {
    Terminal terminal = Terminal.ofSystem();
    Runtime.getRuntime().addShutdownHook(new Thread(terminal::clearProgress));
    int code;
    try {
      code = run(terminal, arguments);
    } catch (Terminal.BrokenPipe gone) {
      // Nobody reads on: say nothing, as other programs that a closed pipe ends.
      Runtime.getRuntime().halt(141);
      return;
    }
    System.exit(code);
  }

  /// Runs one command line and gives the exit code.
  static int run(Terminal terminal, String... arguments) {
    int code;
    try {
      code = commandLine(terminal).execute(arguments);
      terminal.clearProgress();
      terminal.flush();
    } catch (StackOverflowError | OutOfMemoryError | AssertionError failure) {
      // Else the virtual machine would exit with 1, which is an answer.
      code = internal(terminal, failure, List.of(arguments)).code;
      terminal.flush();
    }
    return code;
  }

  static CommandLine commandLine(Terminal terminal) {
    CommandLine line = new CommandLine(new Trapline(terminal), new Factory(terminal));
    line.setOut(terminal.out());
    line.setErr(terminal.err());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(80);
    line.setUsageHelpLongOptionsMaxWidth(32);
    line.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    line.setParameterExceptionHandler((mistake, args) -> usage(terminal, mistake));
    line.setExecutionExceptionHandler(
        (failure, command, result) -> failed(terminal, failure, command, result.originalArgs()));
    line.setExitCodeExceptionMapper(failure -> Exit.INTERNAL.code);
    line.getSubcommands().values().forEach(c -> c.getCommandSpec().usageMessage().hidden(false));
    return line;
  }

  private static int usage(Terminal terminal, ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    terminal.tell(name + ": " + Sentences.lowerFirst(String.valueOf(mistake.getMessage())));
    StringWriter suggestions = new StringWriter();
    if (CommandLine.UnmatchedArgumentException.printSuggestions(
        mistake, new PrintWriter(suggestions, true))) {
      suggestions.toString().lines().forEach(line -> terminal.tell("  " + line.strip()));
    }
    terminal.tell("  help: " + name + " --help");
    return Exit.USAGE.code;
  }

  private static int failed(
      Terminal terminal, Exception failure, CommandLine command, List<String> arguments) {
    if (failure instanceof Terminal.BrokenPipe gone) {
      throw gone;
    }
    terminal.clearProgress();
    terminal.flush();
    if (failure instanceof Contradiction contradiction) {
      terminal.tell("CONTRADICTION: two engines that must agree do not");
      String.valueOf(contradiction.getMessage())
          .lines()
          .forEach(line -> terminal.tell("  " + line));
      terminal.tell("  No verdict of this run can be trusted. Please report it.");
      return Exit.CONTRADICTION.code;
    }
    if (failure instanceof Mistake mistake) {
      terminal.tell(command.getCommandSpec().qualifiedName() + ": " + mistake.getMessage());
      return mistake.exit().code;
    }
    return internal(terminal, failure, arguments).code;
  }

  /// Writes down what happened and where, and tells the person only where that is.
  static Exit internal(Terminal terminal, Throwable failure, List<String> arguments) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    String report =
        "trapline "
            + Version.TEXT
            + "\njava "
            + System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.runtime.version")
            + " on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + "\narguments "
            + arguments
            + "\n\n"
            + trace;
    terminal.tell("internal error: Trapline has made a mistake; the description may be right");
    try {
      Path file = Files.createTempFile(terminal.temporaryFolder(), "trapline-", ".txt");
      Files.writeString(file, report);
      terminal.tell("  please report it with this file: " + file);
    } catch (IOException e) {
      terminal.tell("  no report could be written: " + e.getMessage());
    }
    return Exit.INTERNAL;
  }

  /// Commands get the terminal they print to.
  private record Factory(Terminal terminal) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      try {
        return type.getDeclaredConstructor(Terminal.class).newInstance(terminal);
      } catch (NoSuchMethodException e) {
        return CommandLine.defaultFactory().create(type);
      }
    }
  }

  static final class Version implements CommandLine.IVersionProvider {
    /// The version of the build; a test compares them.
    static final String TEXT = "0.1.0-SNAPSHOT";

    @Override
    public String[] getVersion() {
      return new String[] {"trapline " + TEXT};
    }
  }
}
