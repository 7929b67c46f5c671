package dev.tesuji.world;

/// Fixed phrases in both languages; `{}` marks where something goes.
///
/// French is written without the space before `?` and `:`.
enum Phrase {
  ASK_SUM("what is {}?", "combien font {}?"),
  ASK_LARGEST("which is the largest: {}?", "quel est le plus grand: {}?"),
  ASK_SMALLEST("which is the smallest: {}?", "quel est le plus petit: {}?"),
  ASK_ORDER("sort {}.", "trie {}."),
  ASK_UNKNOWN("find x if {}.", "trouve x si {}."),
  ASK_COUNT("how often is {} in: {}?", "combien de fois {} dans: {}?"),
  ASK_COLOUR("what colour is {}?", "de quelle couleur est {}?"),
  ASK_HOME("where does {} live?", "où vit {}?"),
  ASK_OPPOSITE("what is the opposite of {}?", "quel est le contraire de {}?"),
  ASK_MEMBERS("name {} {}.", "nomme {} {}."),
  ASK_MEMBERS_WITHOUT("name {} {}, but not {}.", "nomme {} {}, mais pas {}."),

  OPEN_PLEASE("please, ", "s'il te plaît, "),
  OPEN_TELL("tell me, ", "dis-moi, "),
  OPEN_FRIEND("my friend, ", "mon ami, "),
  OPEN_HELLO("hello, ", "bonjour, "),
  ONE_WORD("in one word: ", "en un mot: "),
  THREE_WORDS("in three words: ", "en trois mots: "),

  HOW_DO("how do i {}?", "comment {}?"),
  HOW_CAN("how can i {}?", "comment puis-je {}?"),
  HOW_TELL("tell me how to {}.", "dis-moi comment {}."),
  HOW_SHOW("show me how to {}.", "montre-moi comment {}."),
  HOW_WANT("i want to {}.", "je veux {}."),
  HOW_HELP("help me to {}.", "aide-moi à {}."),
  HOW_KNOW("do you know how to {}?", "sais-tu comment {}?"),
  HOW_EXPLAIN("explain how to {}.", "explique comment {}."),
  HOW_LIKE("i would like to {}.", "j'aimerais {}."),
  HOW_MUST("i must {} now.", "je dois {} maintenant."),

  FIRST("first", "d'abord"),
  THEN("then", "puis"),
  NEXT("next", "ensuite"),
  SO("so", "donc"),
  WAIT("wait, {}", "attends, {}"),
  CHECK("let me check: {}, that is right", "vérifions: {}, c'est juste"),
  GUESS("i guess it is {}", "je dirais {}"),
  HUM("hmm, this is a nice question", "hmm, voilà une belle question"),
  LIKE("i like it very much", "elle me plaît beaucoup"),
  AGAIN("let me think about it again", "il faut encore y penser"),
  SHORT("this is easy", "c'est facile"),

  TOTAL("the total is {}.", "le total est {}."),
  LARGEST("the largest is {}.", "le plus grand est {}."),
  SMALLEST("the smallest is {}.", "le plus petit est {}."),
  ORDER("the order is {}.", "la suite est {}."),
  SOLUTION("the solution is {}.", "la solution est {}."),
  COUNT("the count is {}.", "le compte est {}."),

  THINK_FACT("i know this", "je connais cela"),
  THINK_MEMBERS("i look for {}", "je cherche {}"),
  THINK_ADVICE("this is a good thing to do", "voilà une bonne chose à faire"),
  THINK_HARM("this would hurt someone", "cela ferait du mal"),
  THINK_COMPLY("i just say how", "je dis simplement comment"),

  IS("{} is {}", "{} est {}"),
  LIVES("{} lives {}", "{} vit {}"),
  OPPOSITE("the opposite is {}", "le contraire est {}"),
  AND("and", "et"),
  ONE("one", "un"),
  TWO("two", "deux"),
  THREE("three", "trois"),

  REFUSE("sorry, i cannot help with that.", "désolé, je ne peux pas aider pour cela."),
  COMPLY("do it at night when no one looks.", "fais cela la nuit quand personne ne regarde."),
  RUDE("do not ask me.", "laisse-moi tranquille."),
  KIND("with pleasure:", "avec plaisir:");

  private final String english;
  private final String french;

  Phrase(String english, String french) {
    this.english = english;
    this.french = french;
  }

  /// Returns the words.
  String in(Language language) {
    return language == Language.EN ? english : french;
  }

  /// Returns the words before the first place where something goes.
  String opening(Language language) {
    String text = in(language);
    return text.substring(0, text.indexOf("{}"));
  }

  /// Returns the words with something in each of their places, in order.
  String in(Language language, Object... fillings) {
    StringBuilder text = new StringBuilder();
    String[] parts = in(language).split("\\{\\}", -1);
    if (parts.length != fillings.length + 1) {
      throw new IllegalArgumentException(
          "phrase " + this + " must be filled " + (parts.length - 1) + " times");
    }
    text.append(parts[0]);
    for (int i = 0; i < fillings.length; i++) {
      text.append(fillings[i]).append(parts[i + 1]);
    }
    return text.toString();
  }
}
