/// Judgements in PostgreSQL, where several servers share them.
///
/// # The problem
///
/// Files take one writer. Where a team labels through several servers, each must see at once what
/// was said at the others: an item that is for one annotator must not come twice, and what an
/// annotator said must count once wherever it is sent again.
///
/// # The contract is that of files
///
/// - Judgements are only ever appended; the table refuses to change or remove a row. A correction
///   is a row of its own.
/// - A judgement is acknowledged after its transaction was committed with `synchronous_commit`: the
///   server's disk has it.
/// - What is sent twice counts once, by project, annotator and name, which is the primary key.
/// - Who has which item before them is known to all servers, by PostgreSQL's clock.
///
/// Everything happens in turns ([dev.tesuji.labels.JudgementStore]): a transaction that holds an
/// advisory lock of the project. So rows become visible in the order of their numbers, and a server
/// reads those alone that it has not seen.
///
/// # What stays in files
///
/// A project's `project.json` and `items.jsonl`: they never change while people judge, and each
/// server has its copy. The first server leaves their hash; one whose files differ is refused.
///
/// # Reading order
///
/// [dev.tesuji.labels.shared.Database], [dev.tesuji.labels.shared.SharedStore],
/// [dev.tesuji.labels.shared.SharedTurn], [dev.tesuji.labels.shared.SharedAccounts].
@org.jspecify.annotations.NullMarked
package dev.tesuji.labels.shared;
