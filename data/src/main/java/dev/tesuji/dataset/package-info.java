/// Data sets: files of four formats, rows of seven shapes.
///
/// # The problem
///
/// The field keeps what models learn from in rows with conventional columns, and nearly every
/// published set is one of seven shapes. What spoils a run is seldom the shape and often a row: one
/// without its answer among a hundred thousand, a label that is a word, a file that was cut short
/// in a copy. It must be found before training, and named.
///
/// # Shapes
///
/// The names of the columns are TRL's ([dev.tesuji.dataset.Columns] maps others onto them):
///
/// | shape | columns | learned by |
/// |---|---|---|
/// | `language_modeling` | `text` or `messages` | pretraining, fine-tuning |
/// | `prompt_completion` | `prompt`, `completion` | fine-tuning |
/// | `prompt_only` | `prompt` | reinforcement learning |
/// | `preference` | `chosen`, `rejected`, and `prompt` or what both begin with | reward models, DPO |
/// | `unpaired_preference` | `prompt`, `completion`, `label` | KTO |
/// | `ranking` | `prompt`, `responses` from best to worst, or with `ranks` | reward models |
/// | `stepwise` | `prompt`, `completions`, `labels` | process reward models |
///
/// Each is plain or conversational: its texts are strings, or lists of messages with `role` and
/// `content` ([dev.tesuji.dataset.Text]). The first row says which shape a data set has, unless the
/// caller does; every other row must fit. Columns beyond those of the shape are left alone.
///
/// # Formats
///
/// | name ends in | read by | values |
/// |---|---|---|
/// | `.jsonl`, `.ndjson` | lines of JSON | as they are |
/// | `.json` | Jackson's stream, one row at a time | as they are |
/// | `.csv` | a reader of RFC 4180 | all text, so that `007` stays `007`; an empty cell is null |
/// | `.parquet` | DuckDB | as they are; dates are text |
///
/// Text may be packed (`.jsonl.gz`). Rows are read one at a time and never held, and errors name
/// the line on which a row begins; of Parquet, which has no lines, the row.
///
/// # Why DuckDB reads Parquet only
///
/// It would read JSON and CSV too. But it guesses types from samples, which turns a text that looks
/// like a time or an identifier into another text; it guesses the dialect of CSV, and where that
/// fails names no line; it takes no CSV record above 2 MB; and it names no line for rows that are
/// sound CSV and yet do not fit. It also takes half a second to load. So it is loaded when the
/// first Parquet file is read, and not before.
///
/// # Deviations
///
/// 1. The prompt that two answers share is taken as TRL's `extract_prompt` takes it, but where the
///    first character already differs TRL may look at the last one; here the prompt is then empty.
/// 2. Values of messages that are null are left out, because Parquet gives every message the fields
///    of all, and templates ask whether a field is there.
/// 3. Parquet's whole numbers beyond 64 bits and decimals beyond 15 digits are rounded to doubles.
///
/// # Reading order
///
/// [dev.tesuji.dataset.Shape], [dev.tesuji.dataset.Example], [dev.tesuji.dataset.Dataset],
/// [dev.tesuji.dataset.DataFiles], `FileFormat`, `JsonList`, `Csv`, `Parquet`, `ExampleReader`,
/// `ImpliedPrompt`, [dev.tesuji.dataset.DataInspection].
@org.jspecify.annotations.NullMarked
package dev.tesuji.dataset;
