/// JSON: objects, lines and typed fields, over [Jackson](https://github.com/FasterXML/jackson).
///
/// [dev.tesuji.json.Json] reads and writes whole values, [dev.tesuji.json.JsonLines] files with an
/// object per line, and [dev.tesuji.json.Fields] asks an object for a field of a type. Every
/// mistake names the file, the line, the field, and what the line holds instead
/// ([dev.tesuji.check.BadInput]).
///
/// Numbers keep their decimal form where they are only passed through. Duplicate keys are refused:
/// one of the two values would be dropped in silence.
///
/// # Reading order
///
/// [dev.tesuji.json.Json], [dev.tesuji.json.Fields], [dev.tesuji.json.JsonLines].
@org.jspecify.annotations.NullMarked
package dev.tesuji.json;
