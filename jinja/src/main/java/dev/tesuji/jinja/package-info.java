/// Jinja, the language of chat templates, with the results of jinja2 as transformers sets it up.
///
/// # The problem
///
/// How a model's conversations become text is a program, written in Jinja, that comes with the
/// model. A blank too many and the model reads what it was never trained on, and nobody notices. So
/// renderings must be equal to the last character, which means Python's truth, its slices and its
/// way to print a float as much as Jinja's whitespace.
///
/// # Why an own interpreter
///
/// Jinjava, the one that the JVM has, is made for web pages. Its source says that its `tojson`
/// writes Jackson's compact form and ignores its arguments, where templates rely on Python's
/// separators and on `indent=`; and it knows no `generation` tag. Its numbers, strings and
/// undefined values are Java's. It would have had to be replaced from the values up.
///
/// # How it works
///
/// ```
/// source --Lexer--> tokens --Parser, ExpressionParser--> statements --Interpreter, Evaluator--> text
/// ```
///
/// The lexer settles whitespace (`trim_blocks` and `lstrip_blocks` are on, as transformers has
/// them); statements and expressions are sealed records; a value is a `Value` with Python's
/// meaning.
///
/// | file | holds |
/// |---|---|
/// | `Python`, `Numbers`, `Strings`, `Operators` | truth, equality, order, arithmetic |
/// | `Printing`, `JsonText`, `Formatting`, `Strftime` | `str`, `json.dumps`, `%` and `format`, dates |
/// | `Attributes`, `StringMethods` | `a.b`, `a[b]`, slices, methods |
/// | `Filters`, `TextFilters`, `ListFilters`, `Tests`, `Functions` | what jinja2 and transformers define |
/// | `Markup`, `UrlEncoding`, `PrettyPrint`, `WordWrap`, `FileSize` | what single filters need |
///
/// It needs nothing but the JDK: variables are texts, numbers, booleans, lists and maps.
///
/// ```java
/// Template template = Template.parse("Hello {{ name }}!", "greeting");
/// template.render(Map.of("name", "world"), Clock.systemDefaultZone()).text(); // Hello world!
/// ```
///
/// # Undefined values
///
/// As in jinja2, what does not exist is false, empty and prints as nothing; asking it for an
/// attribute, calling it or computing with it is an error that says what was missing.
///
/// # Bounds
///
/// A template is a stranger's program. A rendering has ten million steps, of which long texts and
/// lists take more than one, texts have at most 2^26 characters, and nesting is limited in the
/// source, in evaluation and in values ([Budget], [TokenStream]). Whatever exceeds that ends as a
/// [TemplateException] that names the template and the line. As in transformers' sandbox, nothing
/// that would change a list or a dict can be called.
///
/// # What was left out, and what differs
///
/// 1. `include`, `import`, `extends` and `block` are refused: a chat template is one file.
/// 2. Of the named entities of HTML, `striptags` knows some thirty.
/// 3. Filters that are lazy in jinja2 (`map`, `select`) do their work at once, so that an error in
///    them shows even where nobody looks at the result.
/// 4. Integers end at 8192 bits. The keys of a dict are strings, numbers, truth values or None, and
///    1 and True are two keys. `format` knows the conversions s, r, d, i, f and x.
/// 5. Not there: `lipsum`, `self`, and the filters random and urlize.
/// 6. An unknown filter or test is found when it is reached, not before.
///
/// # Reading order
///
/// [Template], `Lexer`, `Parser`, `Interpreter`, `Evaluator`, `Value`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.jinja;
