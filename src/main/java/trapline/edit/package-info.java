/// What an editor wants to know of a description while it is being written.
///
///     Understanding = diagnostics, glossary, machines       of one text, its imports, and who imports it
///     Document      = text, Understanding, the last Understanding without errors
///     questions     = Document x offset -> definitions | references | Note | Renaming | Proposal... | Symbol...
///
/// [trapline.edit.Desk] is the entry point: the texts that are open. Invariant: no text, however broken,
/// makes a question throw; what cannot be answered is answered with nothing. The language server and the
/// local page ask the same questions.
@org.jspecify.annotations.NullMarked
package trapline.edit;
