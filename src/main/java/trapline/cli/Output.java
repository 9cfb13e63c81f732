package trapline.cli;

import picocli.CommandLine.Option;

/// Whether a command prints for a person or for a program.
final class Output {
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "What is printed: text (default) or json.")
  Format format = Format.TEXT;

  boolean isJson() {
    return format == Format.JSON;
  }
}
