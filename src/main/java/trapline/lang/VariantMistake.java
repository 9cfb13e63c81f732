package trapline.lang;

/// Mistakes about variants: parameters, inheritance, extensions, replacing and removing.
enum VariantMistake implements Mistake {
  /// `set`, or the command line, names a parameter that the machine does not have.
  UNKNOWN_PARAMETER,
  /// A value that a parameter or choice does not list.
  UNKNOWN_PARAMETER_VALUE,
  /// More combinations of parameters than anybody would wait for.
  TOO_MANY_INSTANCES,
  /// `extends x` or `with x` where nothing in sight is called so.
  UNKNOWN_DEFINITION,
  /// `extends` an extension, or `with` a machine.
  WRONG_DEFINITION,
  /// A machine that extends itself, through others.
  CIRCULAR_INHERITANCE,
  /// An extension without the extensions that it requires.
  MISSING_EXTENSION,
  /// Two instructions of one name, without `replace`.
  DUPLICATE_INSTRUCTION,
  /// `replace` or `remove` of an instruction that there is not, or `vmm extends` without a block.
  NOTHING_TO_REPLACE,
}
