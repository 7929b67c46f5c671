/// How far people agree about the same things, beyond what chance would do.
///
/// # The problem
///
/// Labels teach a reward model. Where two people label the same thing differently, no model can be
/// right about both: agreement is the ceiling of what labels can teach, and must be known before
/// they are paid for.
///
/// # Measures
///
/// - [dev.tesuji.agreement.Alpha]: Krippendorff's alpha, which bears missing ratings, any number of
///   people, and scales from names to numbers. With o the coincidences of values c and k within
///   units, n_c how often c is in a pair at all, and δ how far two values are apart, `alpha = 1 -
///   (n - 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck`.
/// - [dev.tesuji.agreement.Concordance]: Kendall's W, for people who all ranked the same things,
///   corrected for ties.
/// - [dev.tesuji.agreement.Ratings] reads ratings of any origin from a file.
///
/// Where all values are equal alpha is 0 / 0: nothing tells agreement from a lack of variation, and
/// no number is given (statsmodels gives nan, others 0 or 1).
///
/// # Sources
///
/// Krippendorff, [Computing Krippendorff's
/// alpha-reliability](https://repository.upenn.edu/asc_papers/43) (2011); Kendall and Smith, [The
/// problem of m rankings](https://doi.org/10.1214/aoms/1177732186) (1939).
@org.jspecify.annotations.NullMarked
package dev.tesuji.agreement;
