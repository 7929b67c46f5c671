/// A local web application over the folders that runs leave: what they do, for people to see, and
/// what people think of answers, for runs to learn.
///
/// # The problem
///
/// A run writes tens of thousands of completions that nobody reads, and curves do not say what a
/// reward pays for. People need to find the ten completions that explain a curve, and to compare
/// what two models say.
///
/// # How a request goes
///
/// The network reads it (dev.tesuji.serve.http). `StudioRouter` refuses what another site's page
/// may have sent ([dev.tesuji.studio.web.Guard]), asks who it is from
/// ([dev.tesuji.studio.access.Sessions]), and hands it to `RunsEndpoint`, which reads runs
/// ([dev.tesuji.studio.runfolder]) and never writes there, or to `LabelEndpoint`, which puts items
/// before annotators ([dev.tesuji.labels.Labelling]). Every other path without an ending is a view
/// of the page, which finds out from its address what to show: views can be linked to.
///
/// # What holds always
///
/// - Runs are only read.
/// - A judgement is on the disk before it is acknowledged.
/// - Names that come from outside are looked up, never made into paths.
/// - What models wrote is text: it is sent as JSON and shown as text nodes; the pages' policy lets
///   no script run but their own, and nothing be loaded from elsewhere.
///
/// # Reading order
///
/// [dev.tesuji.studio.StudioServer], `StudioRouter`, `RunsEndpoint`, `LabelEndpoint`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.studio;
