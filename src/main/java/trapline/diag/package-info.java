/// Where in the source, and what to tell its author.
///
///     SourceFile = (name, text)
///     Span       = (file, start, end)                      half-open offsets into the text
///     Diagnostic = (code, message, labels, help, notes)    the author is wrong
///     Code       = an enum constant beside the check that raises it; its slug names the page
///
/// Diagnostics are collected values, never thrown past the front end. A mistake of the author is
/// a [trapline.diag.Diagnostic]; an answer that could not be had, two engines that disagree, and an
/// error of our own are other types, elsewhere.
@org.jspecify.annotations.NullMarked
package trapline.diag;
