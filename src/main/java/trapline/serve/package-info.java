/// The local page: a description in an editor, and its verdict beside it as one types.
///
///     browser --HTTP, loopback only--> LocalSite --Session--> Desk -> Understanding   (diagnostics, names)
///                                                     \--> Check   -> Analyzer -> events (progress, verdict)
///
/// [trapline.serve.LocalSite] is the entry point. Invariant: what is described is untrusted, and so is every
/// request: nothing is read but the shipped machines and the folders that the user named, nothing is written
/// but the row cache, and [trapline.serve.Limits] bound every request in size, time and number (decision 0028).
@org.jspecify.annotations.NullMarked
package trapline.serve;
