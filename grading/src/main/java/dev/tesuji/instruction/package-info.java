/// Constraints on responses that a program can check, as [IFEval](https://arxiv.org/abs/2311.07911)
/// (Zhou et al., 2023) has them: "at least 300 words", "no commas", "wrap it in double quotation
/// marks".
///
/// # The definitions
///
/// All 25 kinds are here under their names (`length_constraints:number_words`). They follow what
/// IFEval's published checkers do, also where that is narrower or wider than the words say: a
/// bullet is a line that begins with `*` or `-`, a placeholder anything in square brackets, a
/// paragraph what stands between lines of three stars.
///
/// | package | holds |
/// |---|---|
/// | [dev.tesuji.instruction.Instruction] | one constraint, strict and loose |
/// | `Instructions` | which kind has which settings |
/// | `Words`, `Lengths`, `Formats`, `Shapes` | the checks |
///
/// A response is held to a constraint strictly, or loosely: after taking away its first line, its
/// last, both, and the stars of its Markdown. An empty response follows nothing.
///
/// # Deviations
///
/// 1. The published checkers ask `langdetect` for the language of a text, whose answer depends on
///    chance; here it is the one of most of its words ([dev.tesuji.language.LanguageShare]). A text
///    without letters is in every language, as there.
/// 2. They count sentences with NLTK's trained Punkt model and find words with its tokenizer. Here
///    a sentence ends with `.`, `!` or `?` before white space, unless it is a common abbreviation
///    or an initial, and words are cut at punctuation and before `'s`, `n't` and their like.
/// 3. Regular expressions in keywords are Java's, which differ from Python's in rare forms.
@org.jspecify.annotations.NullMarked
package dev.tesuji.instruction;
