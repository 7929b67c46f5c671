/// Mathematical answers: finding them in responses, reading them, deciding whether two are the
/// same.
///
/// # The problem
///
/// `\frac{\sqrt2}{2}` and `1/\sqrt{2}` are one answer and `(1,2)` and `(2,1)` are two. A reward
/// that compares text calls right answers wrong, which teaches a model to write like the grader;
/// one that is lenient in the wrong place is found out within a hundred steps. And whatever it is
/// given it must answer in time: `9^{9^{9^9}}` is an answer too, and a policy under training will
/// find it.
///
/// # From a response to a verdict
///
/// 1. *Extraction* ([dev.tesuji.math.Extraction]). Thinking does not count, nor does an answer tag
///    or box that is not closed. The last `<answer>`, else the last `\boxed{}` with the boxes that
///    a comma or "and" joins to it (a "final answer is" with a number after it wins), else what
///    follows `####`, else the last "answer is", else the last formula or number.
/// 2. *Plain numbers* ([dev.tesuji.math.PlainNumber]) are compared as decimals and never looked at
///    as mathematics: GSM8K's answers end here.
/// 3. *Reading* ([dev.tesuji.math.Lexer], [dev.tesuji.math.AnswerReader],
///    [dev.tesuji.math.ExpressionParser]). LaTeX and plain notation become an
///    [dev.tesuji.math.Answer]: lists, sets, tuples, intervals, unions, ratios, equations,
///    inequalities, values with units, words; and its [dev.tesuji.math.Expression]s. At most 10,000
///    characters, 2,000 tokens, 100 items and 60 levels; what exceeds them is no answer.
/// 4. *Equivalence* ([dev.tesuji.math.Equivalence]) of answers comes down to identity of
///    expressions ([dev.tesuji.math.Identity]): written alike; exact fractions
///    ([dev.tesuji.math.Exact]); exact values at points of chance; values in double precision
///    ([dev.tesuji.math.Numeric]), which refute at once; and for constants that agree in every
///    digit of those, and for integrals, limits and series, computer algebra
///    ([dev.tesuji.math.Algebra]).
///
/// An agreement of polynomials of degree d at a point drawn from S values is chance with
/// probability at most d/|S| (Schwartz 1980, Zippel 1979); six points are asked, each from 6,000
/// values.
///
/// # Bounds
///
/// The first three steps are bounded by size. Numbers have at most 2^15 bits, and powers are
/// refused before they are computed. Computer algebra is asked on a thread of its own for at most a
/// second and a half; expressions with large exponents never reach it, its own limits on size are
/// set, and none of an answer's text does: names are replaced. It is loaded when first asked, which
/// takes a second or two; runs without such answers do not pay.
///
/// # Conventions
///
/// Where graders reasonably differ:
///
/// 1. Lists and sets compare in any order and without multiplicity; tuples and intervals in order;
///    a list without brackets equals a tuple of the same order.
/// 2. A percent sign, a currency and degrees are units: 28 % equals 28, and 50 % is not 0.5.
/// 3. Units may be left out; two known units that differ make answers differ.
/// 4. Unreduced fractions and roots equal reduced ones. Decimals compare exactly but for the
///    seventh digit after the point: 0.333333 is a third, 0.33 is not.
/// 5. A name before a value may be left out (`x = 5` is 5), an expression may not (`2x + z = 1` is
///    not 1). Of `x = a = b ≈ c` the answer is b.
/// 6. Equations equal their multiples by constants, ratios their multiples.
/// 7. Expressions are equal that agree wherever both are real; `\log` without a base is natural,
///    `i` imaginary, and an odd root of a negative number real.
/// 8. `2,74` is a decimal beside a decimal, and else a list.
/// 9. Words compare without case and punctuation.
///
/// A gold answer that cannot be read makes its verdict *unparseable*: it is never scored. The gold
/// answer is always the first argument and the prediction the second.
///
/// # What was left out
///
/// Solving: `x^2 = 4` is not `x = \pm 2`. Converting units. Set differences, and inequalities
/// beyond one variable by itself. Constants of integration.
///
/// # Reading order
///
/// [dev.tesuji.math.MathAnswers], [dev.tesuji.math.Extraction], [dev.tesuji.math.Answer],
/// [dev.tesuji.math.AnswerReader], [dev.tesuji.math.Equivalence], [dev.tesuji.math.Expression],
/// [dev.tesuji.math.Identity], [dev.tesuji.math.Algebra].
@org.jspecify.annotations.NullMarked
package dev.tesuji.math;
