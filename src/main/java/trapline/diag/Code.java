package trapline.diag;

/// The stable name of a kind of mistake. Implemented by enums that live beside the check that
/// raises them; the slug names the golden folder `reject/<slug>` and the page `diagnostics/<slug>`.
public interface Code {
  enum Severity {
    ERROR,
    WARNING
  }

  /// Lower-case words joined by hyphens: `width-mismatch`.
  String slug();

  Severity severity();
}
