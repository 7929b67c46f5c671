package dev.tesuji.math;

import java.util.regex.Pattern;

/// Tells whether the words around an answer deny it, bound it or take it back: "not 5", "at most
/// 5", "anything but 5", "5 or more", "5. Or perhaps 6".
final class Doubt {
  private static final int FAR = 120; // characters that are looked at on either side

  private static final Pattern CLAUSE = Pattern.compile("[.!?](?=\\s)|[,;:\\n]");

  private static final String DENIAL = "(?:\\bnot|n['’]t|\\bcannot|\\bnever|\\bneither|\\bnor)";

  /// Denials with nothing but such words between them and the answer.
  private static final Pattern DENIED =
      Pattern.compile(
          "(?i)"
              + DENIAL
              + "(?:\\s+(?:be|been|is|it|its|that|the|a|an|to|equals?|exactly|actually|really|just"
              + "|likely|simply|necessarily|going|correct|final|answer|result|by|any|means))*+"
              + "[\\s$*({\\\\]*$");

  /// Denials and conjectures up to three words before the answer.
  private static final Pattern DENIED_FROM_AFAR =
      Pattern.compile(
          "(?i)(?:"
              + DENIAL
              + "|(?<!\\bno )(?<!\\bwithout )\\bdoubt|\\b(?:no|none|wrong|incorrect|false|falsely|unsure|might|may|could|maybe"
              + "|perhaps|possibly|if|unless|whether|suppose|supposing|assume|assuming|excluding"
              + "|guess|unlikely|hardly|scarcely|barely|improbable|exclud(?:e|es|ed)|ignor(?:e|es|ed|ing)"
              + "|omit(?:s|ted|ting)?|avoid(?:s|ed|ing)?|lacks?|lacking))(?:\\s+[^\\s]+){0,3}\\s*[$*({]*$");

  /// Words that make of the number after them a bound, an estimate or one of several.
  private static final Pattern BOUNDED =
      Pattern.compile(
          "(?i)(?:\\bthan|\\bbut|\\bor|\\bat\\s+(?:the\\s+)?(?:most|least)|\\bover|\\bunder|\\babove"
              + "|\\bbelow|\\babout|\\baround|\\bnearly|\\balmost|\\broughly|\\bsome|\\bexceed(?:s|ing)?"
              + "|\\bbeyond|\\bbetween|\\bwithin|\\binstead\\s+of|\\b(?:close|next|near)\\s+to"
              + "|(?<!\\b(?:adds?|adding|added|sums?|summing|comes?|works?|rounds?)\\s)\\bup\\s+to"
              + "|\\bnear|\\bmaybe|\\bperhaps|\\bpossibly|\\beither|\\bexcept(?:\\s+for)?|\\bbesides"
              + "|\\bexcluding|\\bwithout|\\bunlike|\\bversus|\\bvs\\.?|\\bno|\\bnon)[\\s$*({]*$");

  /// Words that make of the number after them another: "half of 5", "divisible by 5", "different
  /// from 5". Not "a total of 5", "increased by 5", "equal to 5". A box is an answer after them
  /// too: "it is divisible by" may be what was asked.
  private static final Pattern RELATED =
      Pattern.compile(
          "(?i)(?:\\b(?:half|halves|thirds?|quarters?|fifths?|tenths?|double|triple|squares?|cubes?|roots?"
              + "|reciprocal|inverse|opposite|negative|negation|complement|multiples?|factors?"
              + "|divisors?|powers?|fraction|function|part|portion|logarithm|log|sine|cosine|tangent"
              + "|factorial|successor|predecessor|neighbou?rs?|remainder|digits?)\\s+of"
              + "|\\b(?:half|double|triple|twice|thrice|divides)"
              + "|\\b(?:divisible|divided|multiplied|bounded|exceeded|smaller|larger|off)\\s+by"
              + "|\\b(?:differ(?:s|ent)?|distinct|far|away|apart|units?|steps?|subtracted|starting)\\s+from"
              + "|\\b(?:or\\s+equal|unequal|proportional|congruent|prior|similar|compared|relative|added"
              + "|raised|opposed|related|coprime)\\s+to)[\\s$*({]*$");

  /// Words that say something about the answer, of which the number after them is no more than a
  /// part: "the answer has 5 factors", "a number with 5 digits", "in base 5".
  private static final Pattern DESCRIBED =
      Pattern.compile(
          "(?i)(?:\\banswers?,?\\s+(?:(?:which|that)\\s+)?(?:has|have|had|having|with|lies|contains?|includes?|exceeds?|divides|begins"
              + "|starts|ends|uses|needs|takes|requires|consists)\\b[^.,;:]*"
              + "|\\b(?:number|integer|prime|value|fraction|decimal|one|something)\\s+(?:with|having|(?:that|which)\\s+(?:has|ends|begins"
              + "|starts|contains|divides))(?:\\s+[\\p{L}]+){0,3}"
              + "|\\bbase)[\\s$*({]*$");

  /// Words after an answer, in its sentence.
  private static final Pattern DENIED_AFTER =
      Pattern.compile(
          "(?i)^[\\s$*)}\\]]*(?:[\\p{L}']+\\s+){0,2}?(?:(?:is|are|was|would\\s+be|seems|looks)\\s+)?"
              + "(?:not\\b|isn['’]t|aren['’]t|wrong\\b|incorrect\\b|false\\b|impossible\\b|ruled\\b"
              + "|cannot\\b|can['’]t|fails?\\b|never\\b|or\\b|maybe\\b|perhaps\\b|at\\s+(?:most|least)"
              + "|too\\b)");

  /// Words right after a number that make another of it.
  private static final Pattern CHANGED =
      Pattern.compile(
          "(?i)^[\\s$*)}\\]-]*(?:minus|plus|divided|times|multiplied|over|choose|base|mod|modulo|squared"
              + "|cubed|factorial|doubled|halved|tripled|negated|thirds?|fourths?|quarters?"
              + "|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?|thousandths?"
              + "|grand|ish|something|through|until)\\b");

  private static final Pattern QUESTION = Pattern.compile("^[^.!\\n]{0,20}\\?");

  /// What begins the sentence after an answer that is taken back.
  private static final Pattern TAKEN_BACK =
      Pattern.compile(
          "(?i)^[\\s$*)}\\]]*[.,;!?—-]+[\\s*\"]*(?:no\\b(?!\\s+(?:doubt|wonder))|wait\\b|or\\b|perhaps\\b"
              + "|maybe\\b|alternatively\\b|actually\\b|oops\\b|hmm\\b|nope\\b|not\\b|otherwise\\b"
              + "|but\\s+(?:it|maybe|perhaps|that|this|no)\\b|(?:that|this|it|which)(?:['’]s|\\s+is|\\s+was)"
              + "\\s+(?:not|wrong|incorrect|false|a\\s+mistake)\\b)");

  private Doubt() {}

  /// Returns whether a box, from `start` to `end`, is denied or taken back by the words beside it.
  static boolean ofBox(String text, int start, int end) {
    String before = before(text, start);
    return DENIED.matcher(before).find() || BOUNDED.matcher(before).find() || after(text, end);
  }

  /// Returns whether a number or phrase in prose, from `start` to `end`, is denied, bounded, a
  /// conjecture or taken back.
  ///
  /// @param from where a number before it ends, which earlier words belong to
  static boolean ofProse(String text, int from, int start, int end) {
    String before = clause(text.substring(Math.max(from, start - FAR), start));
    return DENIED_FROM_AFAR.matcher(before).find()
        || BOUNDED.matcher(before).find()
        || RELATED.matcher(before).find()
        || DESCRIBED.matcher(before).find()
        || after(text, end);
  }

  /// Returns whether the phrase that begins here, such as "the answer is", is denied or a
  /// conjecture.
  static boolean ofPhrase(String text, int start) {
    return DENIED_FROM_AFAR.matcher(before(text, start)).find();
  }

  /// Returns whether what follows denies an answer or takes it back.
  static boolean after(String text, int end) {
    String after = text.substring(end, Math.min(text.length(), end + FAR));
    return DENIED_AFTER.matcher(after).find()
        || CHANGED.matcher(after).find()
        || QUESTION.matcher(after).find()
        || TAKEN_BACK.matcher(after).find();
  }

  /// Returns the clause before a place, as far as it goes.
  private static String before(String text, int start) {
    return clause(text.substring(Math.max(0, start - FAR), start));
  }

  private static String clause(String before) {
    var clause = CLAUSE.matcher(before);
    int from = 0;
    while (clause.find()) {
      from = clause.end();
    }
    return before.substring(from);
  }
}
