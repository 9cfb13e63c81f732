package trapline.isa;

/// Why storage is reached through a space. Supplied by position, never by the author.
public enum Access {
  FETCH,
  LOAD,
  STORE;

  /// As in descriptions: `Load`.
  public String word() {
    return name().charAt(0) + name().substring(1).toLowerCase(java.util.Locale.ROOT);
  }
}
