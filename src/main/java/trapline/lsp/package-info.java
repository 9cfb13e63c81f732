/// The language server: an editor's questions put to [trapline.edit], over LSP.
///
///     client --LSP4J--> LanguageService --Desk--> Document, Understanding --Shapes--> LSP4J --> client
///     hover on an instruction --ClassesAsked--> Analyzer, in the background
///
/// [trapline.lsp.LanguageService] is the entry point. Invariant: one thread understands texts, in the order
/// in which they change; a change ends what is being found out about the text before it; nothing that a
/// client sends ends the server but `exit`.
@org.jspecify.annotations.NullMarked
package trapline.lsp;
