package trapline.isa;

/// Why storage is reached through a space. Supplied by position, never by the author.
public enum Access {
  FETCH,
  LOAD,
  STORE
}
