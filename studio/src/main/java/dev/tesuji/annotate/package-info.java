/// Annotators that are no people: they label through a running studio, as people do.
///
/// # The problem
///
/// A recipe that learns from what people think cannot run unattended, and what can go wrong between
/// a browser and a policy (who is logged in, the order in which answers stand, repeats, what is
/// acknowledged) is not seen where labels are made up in a file. A simulated annotator logs in,
/// asks for what is next, and says what it thinks of it, over HTTP.
///
/// # What it thinks
///
/// An [dev.tesuji.annotate.Opinion] gives each answer a score. To it comes an error, normal with a
/// standard deviation σ, drawn by counter from the seed, the annotator's name, the item, how often
/// it has seen the item, and the answer's text: whichever order answers are shown in, the same
/// annotator says the same. Scores closer than a threshold are ties ([dev.tesuji.annotate.Tiers]).
///
/// # It says so
///
/// A simulated annotator's name begins with `simulated-`
/// ([dev.tesuji.labels.Judgement#isSimulated]). The studio, agreement and exports mark what such a
/// name has said.
///
/// # Reading order
///
/// [dev.tesuji.annotate.Opinion], [dev.tesuji.annotate.Tiers], [dev.tesuji.annotate.StudioClient],
/// [dev.tesuji.annotate.SimulatedAnnotators].
@org.jspecify.annotations.NullMarked
package dev.tesuji.annotate;
