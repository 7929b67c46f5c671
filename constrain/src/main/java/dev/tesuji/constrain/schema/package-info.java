/// JSON schemas as rules of a grammar.
///
/// # The problem
///
/// A schema says which values are right; a grammar says how they are written. For every schema the
/// rules here write only texts that satisfy it, and as many of these as a language model has reason
/// to write. What cannot be held to is refused by name, with the place in the schema as a JSON
/// pointer: a schema that is half obeyed is worse than none.
///
/// # What is supported
///
/// | | |
/// |---|---|
/// | any value | `type` (also a list), `enum`, `const`, `anyOf`, `allOf`, `$ref` into the same schema (recursion too), `$defs`, `true`, `false` |
/// | `oneOf` | where no two branches can hold at once ([Exclusion]): it is `anyOf` then |
/// | objects | `properties`, `required`, `additionalProperties`; `patternProperties` and `propertyNames` where no member is named; counts that hold anyway |
/// | lists | `items`, `prefixItems` (also as written before 2020), `minItems`, `maxItems` up to 10,000 |
/// | texts | `minLength`, `maxLength`, `pattern`, `format` (date, time, date-time, duration, email, hostname, ipv4, ipv6, uri, uuid) |
/// | numbers | `minimum`, `maximum`, both exclusive ones, whole `multipleOf` of whole numbers |
///
/// Annotations say nothing about values and are ignored, and so are keywords that the standard does
/// not know, unless they look like a misspelt one. `not`, `if`, `contains`, `uniqueItems`, the
/// `dependent` and `unevaluated` keywords are refused.
///
/// # What is written of what is right
///
/// 1. Members come in the order of `properties`, additional ones after them.
/// 2. Where members are named and `additionalProperties` is absent, no others are written; likewise
///    behind `prefixItems`. A schema of objects that names none allows any.
/// 3. A schema without `type` is read as one of the types that its keywords are for; without such
///    keywords as any value.
/// 4. At most one blank follows a colon and a comma; there is no other blank space. A model that is
///    lost cannot write blanks for ever.
/// 5. Texts without `pattern` and `format` may have any escape. Where characters matter (there, in
///    names and in values of `enum`) texts are escaped where JSON asks for it and nowhere else.
/// 6. Numbers within bounds have no exponent, others one of at most two digits.
/// 7. Lengths count code points; half a surrogate pair cannot be written.
///
/// # Merging
///
/// `allOf`, and keywords beside `$ref`, `anyOf` and `oneOf`, are merged keyword by keyword into one
/// schema ([Merging]) before anything is compiled: bounds tighten, types and values intersect,
/// members that both name must satisfy both. What has no merged form is refused.
///
/// # Reading order
///
/// [SchemaReader], [Containers], [Texts], [Numbers], [Merging], [Exclusion].
@org.jspecify.annotations.NullMarked
package dev.tesuji.constrain.schema;
