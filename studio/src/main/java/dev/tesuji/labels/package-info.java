/// What people think of answers, kept in files.
///
/// # The problem
///
/// Reinforcement learning from human feedback begins with people who compare answers. What they
/// said must never be lost, doubled or quietly changed; must be told apart by who said it and in
/// which order the answers stood; and must become what reward models read.
///
/// # A project is a folder
///
/// ```
/// project.json               what is asked, and how
/// items.jsonl                a prompt and its answers on each line
/// judgements/ANNOTATOR.jsonl what one annotator said, a line each, in the order of saying
/// judgements.jsonl           the same of several annotators, where it came from elsewhere
/// ```
///
/// Judgements are only ever appended, and forced to disk before they are acknowledged
/// ([dev.tesuji.labels.JudgementLog]). A correction is a new line that names, as `revises`, the one
/// that it replaces; so is what is taken back ([dev.tesuji.labels.Standing]).
///
/// A judgement puts each answer into a tier, 1 for the best; answers of one tier are ties. For two
/// answers the difference of their tiers is the margin. An answer may also be safe or unsafe.
///
/// # Reading order
///
/// [dev.tesuji.labels.Item], [dev.tesuji.labels.Judgement], [dev.tesuji.labels.Project],
/// [dev.tesuji.labels.Labelling] (who is asked what, and what is kept of it),
/// [dev.tesuji.labels.Export] (to what reward models read), [dev.tesuji.labels.ProjectAgreement]
/// (how far people agree, and what biases them), [dev.tesuji.labels.Import] (from other tools).
@org.jspecify.annotations.NullMarked
package dev.tesuji.labels;
