/// Structured output: what a model may write, as masks over its tokens.
///
/// # The problem
///
/// A program that reads a model's answer needs it to be JSON after its schema, always. Asking for
/// it in the prompt gives it most of the time; allowing at each step only the tokens after which
/// the text can still become right gives it always, whatever the weights. The mask must be exact: a
/// token is allowed if and only if some continuation exists. It must also be cheap: at a vocabulary
/// of 152,000 a step of decoding waits for it.
///
/// # Use
///
/// ```java
/// TokenTrie trie = TokenTrie.of(bytesOfTokens);          // once for a model
/// Grammar grammar = Grammar.jsonSchema(schema);          // once for a schema
/// Constraint constraint = grammar.start(trie);           // once for an answer
/// while (!constraint.mustEnd()) {
///   long[] allowed = constraint.allowed();               // bit t of the words: token t may come
///   int token = draw(logits, allowed, constraint.canEnd() ? endTokens : none);
///   constraint.accept(token);
/// }
/// ```
///
/// End tokens have no bytes, so no mask has them: they may be drawn where [Constraint#canEnd].
///
/// # The machine
///
/// Rules ([dev.tesuji.constrain.rules]) become automata whose edges read a byte or call another
/// rule ([Program]). A *configuration* is a state of an automaton with a stack of where its callers
/// go on; a text that can be read in several ways has several. Callers of the same rule at the same
/// place share one stack frame, as in generalised LL parsing (Scott and Johnstone, "GLL Parsing",
/// 2010), so that their number stays small however ambiguous the rules are.
///
/// All configurations after the same bytes together are a [Position]. Positions are interned, and
/// each remembers where each byte leads: what runs is a deterministic automaton that is built where
/// texts go, and a step is one look into an array.
///
/// Every state of every automaton can reach the end of its rule, and no rule is called that nothing
/// satisfies. A position that is not dead therefore always has a continuation, which is what makes
/// masks exact.
///
/// # Masks
///
/// The tokens stand in a trie in depth-first order. A walk steps through it with one position for
/// each depth, skips what has died, and remembers its result with the position. Where a grammar is
/// strict, the walk dies early and is cheap. Inside a text of JSON nearly all tokens are allowed,
/// and a walk would visit all; but there it does not depend on the grammar:
///
/// 1. Tokens that stay inside the text are the same for all grammars. [TextTable] holds them for
///    each state of a character ([TextChars]), by how many characters they begin, so that lengths
///    are a look-up too.
/// 2. Tokens that leave the text (`",` or `"}]`) are few. They are walked from where they leave,
///    once for each position behind the text.
///
/// The split of a vocabulary into tokens that depend on the stack and tokens that do not is the
/// idea of [XGrammar](https://arxiv.org/abs/2411.15100); the walk over a trie of bytes that of
/// [Outlines](https://arxiv.org/abs/2307.09702) and of [SynCode](https://arxiv.org/abs/2403.01632).
/// The code is Tesuji's own.
///
/// # Limits
///
/// Automata have at most 200,000 states for a grammar, and the sets of states of their construction
/// are bounded in sum. What a grammar remembers is bounded by about 24 MiB for each vocabulary and
/// is dropped as a whole when that is full. A text can go on for ever where its grammar lets it (a
/// text without `maxLength`, a list without `maxItems`, digits): the number of tokens must be
/// bounded by whoever draws them.
///
/// # Reading order
///
/// [Grammar], [Constraint], [TokenTrie]; then [Compiler], [Program], [Positions], [Position],
/// [Masks], [TextTable], [TextChars].
@org.jspecify.annotations.NullMarked
package dev.tesuji.constrain;
