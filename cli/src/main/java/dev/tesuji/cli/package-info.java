/// The commands behind `./tesuji`.
///
/// # What they are
///
/// Thin: each command reads its options, calls one thing of the packages below, and prints. What a
/// command can do, the Java API can do.
///
/// | command | does |
/// |---|---|
/// | `run` | a recipe, or a comparison of several |
/// | `audit` | what a recipe's rewards pay for, and whether its gold answers grade as correct |
/// | `chat` | a conversation with a model in the terminal |
/// | `serve` | a model to programs that speak OpenAI's interface |
/// | `generate`, `score`, `tokenize`, `render` | JSON lines in, JSON lines out: the interfaces that other programs use |
/// | `gtp` | Go with programs that speak GTP |
/// | `go` | Go on a board in the browser |
/// | `studio`, `labels` | what runs do, for people to see; what people think, for runs to learn |
/// | `track` | a run to an MLflow server |
/// | `inspect` | what a model directory holds, without reading its weights |
/// | `convert` | a model directory in another type or in other shards |
/// | `evaluate` | a model on held-out problems |
/// | `bench` | speed at the peers' shapes; what tokens cost; how time and memory grow |
/// | `doctor` | what the machine can do |
///
/// # Stability
///
/// The field names of the JSON lines, of `report.json` and of the last line of `bench --json` and
/// `evaluate` are kept; other programs read them.
///
/// # Exit status
///
/// 0 well; 1 failed on the way (a run that halted, memory, a defect); 2 wrong input, with one
/// sentence on standard error and nothing written; 130 stopped on request, with everything saved
/// and the command that goes on.
///
/// # Starting quickly
///
/// `./tesuji` keeps a class-data archive beside the jar, made by the first start and used by the
/// later ones; the native libraries are loaded by the first tensor, so that `--help` does not wait
/// for them.
@org.jspecify.annotations.NullMarked
package dev.tesuji.cli;
