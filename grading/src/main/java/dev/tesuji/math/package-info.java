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
///    or box that is not closed. *Strictly*: the last `<answer>`, else the last `\boxed{}` with the
///    boxes that a comma or "and" joins to it. *Leniently* ([dev.tesuji.math.Prose]) also a "final
///    answer is" after the box, the first number after `####`, the last "answer is", the last
///    formula or number. What the words beside it deny, bound or take back
///    ([dev.tesuji.math.Doubt]) is no answer, and "5 or 6" is a list.
/// 2. *Plain numbers* ([dev.tesuji.math.PlainNumber]) are compared as decimals and never looked at
///    as mathematics: GSM8K's answers end here.
/// 3. *Reading* ([dev.tesuji.math.Lexer], [dev.tesuji.math.AnswerReader],
///    [dev.tesuji.math.ExpressionParser]). LaTeX and plain notation become an
///    [dev.tesuji.math.Answer]: lists, sets, tuples, intervals, unions, ratios, equations,
///    inequalities, values with units, words; and its [dev.tesuji.math.Expression]s. At most 10,000
///    characters, 2,000 tokens, 100 items and 60 levels; what exceeds them is no answer.
/// 4. *Equivalence* ([dev.tesuji.math.Equivalence]) of answers comes down to identity of
///    expressions ([dev.tesuji.math.Identity]): written alike; exact fractions
///    ([dev.tesuji.math.Exact]); values in double precision ([dev.tesuji.math.Numeric]), which
///    refute at once; values in as many digits as it takes ([dev.tesuji.math.Precise]); all of
///    these at points of chance where there are variables; and for integrals, limits and series,
///    computer algebra ([dev.tesuji.math.Algebra]).
///
/// An agreement of polynomials of degree d at a point drawn from S values is chance with
/// probability at most d/|S| (Schwartz 1980, Zippel 1979); six points are asked, each from 6,000
/// values.
///
/// # What a policy finds
///
/// A policy under training tries what the grader lets pass, so whatever is not understood is wrong:
/// words after a number are a unit only if they are known as one ([dev.tesuji.math.Units]); a
/// command that is not known is a factor; words are compared with words, signs and points included;
/// an answer that says something false of itself, such as `4 = 5`, is wrong.
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
/// 1. Lists compare in any order and with multiplicity, sets without; tuples and intervals in order
///    and with their brackets.
/// 2. Currencies and degrees are units. So is the percent sign, which may not be left out: 12 % is
///    neither 12 nor 0.12. Where gold answers are numbers by definition
///    ([dev.tesuji.math.MathAnswers#numbers]), as in GSM8K, it may be.
/// 3. Other units may be left out; two that differ make answers differ, `5 m` and `5 m^2` too. A
///    gold answer may have words that are no known unit; an answer may have the same words or none.
/// 4. Unreduced fractions and roots equal reduced ones. Decimals are exact; one of six digits or
///    more is also the value that it rounds where no decimal writes that: 0.333333 is a third, 0.33
///    is not.
/// 5. A name before a value may be left out (`x = 5` is 5), an expression may not (`2x + z = 1` is
///    not 1). Of `x = a = b ≈ c` the answer is b, and a must equal it. Beside a point, names are
///    its coordinates in the order of the alphabet; beside a list they are in the gold answer's
///    order.
/// 6. Equations equal their multiples by constants, ratios their multiples.
/// 7. Expressions are equal that agree wherever both are real; `\log` without a base is natural,
///    `i` imaginary, and an odd root of a negative number real.
/// 8. `2,74` is a decimal beside `2.74`, and else a list.
/// 9. Words compare without case. Numbers in words are numbers: `one half` is 1/2.
/// 10. `3:30` is a time, which only the same time equals; `3:4` is a ratio. `1/2/2020` is a date.
/// 11. In `(-1)^n` n is a whole number.
///
/// A gold answer that cannot be read makes its verdict *unparseable*: it is never scored. An answer
/// that cannot be read, or takes too long to compare, is wrong; only where the gold answer alone
/// needs computer algebra is a time-out ours. The gold answer is always the first argument and the
/// prediction the second.
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
