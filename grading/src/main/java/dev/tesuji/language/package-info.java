/// Languages of texts: by the script of each word, and by
/// [Lingua](https://github.com/pemistahl/lingua) among languages of one script.
///
/// [dev.tesuji.language.LanguageShare] measures how much of a text is in one language; formulas and
/// LaTeX commands are in none. DeepSeek-R1 pays for it (2.3.2 of [the
/// paper](https://arxiv.org/abs/2501.12948)).
@org.jspecify.annotations.NullMarked
package dev.tesuji.language;
