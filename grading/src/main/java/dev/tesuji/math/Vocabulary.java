package dev.tesuji.math;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The meaning of LaTeX's commands and of the words in answers.
final class Vocabulary {
  /// Functions of one argument, by the names that [Numeric] knows.
  static final Map<String, String> FUNCTIONS = new HashMap<>();

  /// Commands and characters that stand for a sign.
  static final Map<String, String> SIGNS = new HashMap<>();

  /// Commands that stand for a name.
  static final Map<String, String> NAMES = new HashMap<>();

  /// Commands whose arguments the parser reads.
  static final Set<String> COMMANDS =
      Set.of("frac", "sqrt", "binom", "sum", "prod", "int", "lim", "over", "choose");

  /// Commands that change only how their argument looks.
  static final Set<String> STYLES =
      Set.of(
          "displaystyle",
          "textstyle",
          "scriptstyle",
          "left",
          "right",
          "big",
          "Big",
          "bigg",
          "Bigg",
          "bigl",
          "bigr",
          "Bigl",
          "Bigr",
          "biggl",
          "biggr",
          "Biggl",
          "Biggr",
          "middle",
          "limits",
          "nolimits",
          "boxed",
          "fbox",
          "bf",
          "rm",
          "it",
          "mathit",
          "mathcal",
          "boldsymbol",
          "bm",
          "underline",
          "hline",
          "mathstrut",
          "ensuremath",
          "large",
          "Large");

  /// Commands over or before names, which are names of the same things with them.
  static final Set<String> ACCENTS =
      Set.of(
          "overline",
          "overrightarrow",
          "overleftarrow",
          "vec",
          "hat",
          "widehat",
          "bar",
          "tilde",
          "angle",
          "triangle");

  /// Commands of which nothing is seen: they and their argument are left out.
  static final Set<String> INVISIBLE =
      Set.of(
          "phantom", "hphantom", "vphantom", "hspace", "vspace", "mspace", "label", "tag", "color");

  /// Commands whose argument is prose, or a name of several letters.
  static final Set<String> TEXTS =
      Set.of(
          "text",
          "textbf",
          "textit",
          "textrm",
          "textnormal",
          "textsf",
          "texttt",
          "mbox",
          "hbox",
          "mathrm",
          "mathbf",
          "mathsf",
          "mathtt",
          "operatorname",
          "emph");

  /// Words of two letters, which are products of variables unless they follow a word.
  static final Set<String> SMALL_WORDS =
      Set.of("is", "it", "be", "to", "of", "no", "we", "so", "an", "at", "by", "if");

  /// Words before an answer that say nothing about it.
  static final Set<String> LEAD_INS =
      Set.of(
          "answer",
          "answers",
          "final",
          "the",
          "is",
          "are",
          "exactly",
          "equals",
          "therefore",
          "thus",
          "so",
          "hence",
          "a",
          "an",
          "we",
          "get",
          "total",
          "result",
          "value",
          "be",
          "have",
          "it",
          "equal",
          "to",
          "there");

  /// Words that multiply the number before them.
  static final Map<String, Long> MULTIPLES =
      Map.of(
          "hundred", 100L,
          "thousand", 1_000L,
          "million", 1_000_000L,
          "billion", 1_000_000_000L,
          "trillion", 1_000_000_000_000L,
          "dozen", 12L);

  static {
    for (String f :
        "sin cos tan cot sec csc sinh cosh tanh ln log lg exp arcsin arccos arctan max min gcd lcm"
            .split(" ", -1)) {
      FUNCTIONS.put(f, f);
    }
    FUNCTIONS.put("asin", "arcsin");
    FUNCTIONS.put("acos", "arccos");
    FUNCTIONS.put("atan", "arctan");
    signs("* cdot times ast cdotp bullet × · ∗ ⋅");
    signs("/ div ÷ slash ∕ ⁄");
    signs("- − – — ‐ ‑");
    signs("<= le leq leqslant leqq ≤ ⩽");
    signs(">= ge geq geqslant geqq ≥ ⩾");
    signs("!= ne neq ≠");
    signs("< lt");
    signs("> gt");
    signs("~ approx approxeq simeq thickapprox ≈ ≃ doteq");
    signs("= equiv ≡");
    signs("in in ∈");
    signs("cup cup bigcup ∪");
    signs("cap cap bigcap ∩");
    signs("setminus setminus smallsetminus ∖ backslash");
    signs("± pm ±");
    signs("∓ mp ∓");
    signs("| mid vert lvert rvert Vert lVert rVert");
    signs("( langle lparen ⟨");
    signs(") rangle rparen ⟩");
    signs("[ lbrack");
    signs("] rbrack");
    signs("\\{ lbrace");
    signs("\\} rbrace");
    signs("lfloor lfloor ⌊");
    signs("rfloor rfloor ⌋");
    signs("lceil lceil ⌈");
    signs("rceil rceil ⌉");
    signs("to to rightarrow →");
    signs(": colon ratio ∶");
    signs(", comma");
    signs("° ° degree circ ∘ º");
    signs("' prime ′");
    names("pi", "pi π varpi");
    names("infinity", "infty ∞");
    names("emptyset", "emptyset varnothing ∅");
    names("…", "dots ldots cdots dotsc dotsm …");
    for (String greek :
        ("alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu"
                + " xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi"
                + " Sigma Phi Psi Omega ell")
            .split(" ", -1)) {
      NAMES.put(greek, "\\" + greek);
    }
  }

  private Vocabulary() {}

  /// Returns whether a run of letters is prose and no product of variables: it has three letters or
  /// more and a vowel, is lower case after the first, and does not spell the alphabet as `abc`
  /// does.
  static boolean isWord(String letters) {
    if (Units.isMeasure(letters) || MULTIPLES.containsKey(letters)) {
      return true;
    }
    if (letters.length() < 3
        || !letters.substring(1).chars().allMatch(Character::isLowerCase)
        || letters.chars().noneMatch(c -> "aeiouyAEIOUY".indexOf(c) >= 0)) {
      return false;
    }
    for (int i = 1; i < letters.length(); i++) {
      if (letters.charAt(i) != letters.charAt(i - 1) + 1) {
        return true;
      }
    }
    return false;
  }

  private static void signs(String meaningThenSpellings) {
    String[] words = meaningThenSpellings.split(" ", -1);
    for (int i = 1; i < words.length; i++) {
      SIGNS.put(words[i], words[0]);
    }
  }

  private static void names(String meaning, String spellings) {
    for (String spelling : spellings.split(" ", -1)) {
      NAMES.put(spelling, meaning);
    }
  }
}
