/// Remembers what was found out about machines and their rows, across runs of the program.
///
///     key    = SHA-256 of all that an answer depends on       [trapline.cache.Content]
///     entry  = the answer, as JSON, with a checksum           [trapline.cache.Portable]
///     folder = one file per entry, the oldest deleted when it is full
///
/// Entry point: [trapline.cache.AnswerCache]. Sound: what is not known to be irrelevant is part of the key,
/// this program's own code included; what is undecided is not kept; every witness is confirmed by the
/// concrete machine when it is read; an entry that is wrong in any way counts as none. Places in the
/// source are in neither, so that they are always those of the text at hand.
@org.jspecify.annotations.NullMarked
package trapline.cache;
