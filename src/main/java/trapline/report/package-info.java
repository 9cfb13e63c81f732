/// Findings -> one record -> views.
///
///     Analysis --Record--> JSON (the record; src/main/resources/trapline/report.schema.json)
///     JSON --Wording--> the sentences that all views share
///     JSON --TextView--> what a person reads at 80 columns
///     JSON --ReportPage, ReportMarkdown, SetsPicture--> a report; --Comparison--> an index of several
///     JSON --Sarif, JUnit--> for editors and build servers
///     two of JSON --Changes--> what changed from one version to the next
///     Witness --Story--> two states side by side, what happens, and why a monitor cannot live with it
///     Witness --Evidence--> a file that `replay` reads back
///     Trial --RunRecord--> JSON of a run (run.schema.json) --RunText, RunPage, RunMarkdown-->
///     Html, Page, Markdown: how a report is written, whatever it tells
///
/// The record is the same bytes whenever the analysis is the same: every object is written in a fixed
/// order, and nothing in it depends on time, place or the number of threads. Views read only the
/// record.
@org.jspecify.annotations.NullMarked
package trapline.report;
