/// YAML to records: files whose every mistake is named at once, with its line.
///
/// # The problem
///
/// Settings that are read where they are used fail one by one, the last of them after hours. And
/// where a settings' class, its reader, its documentation and its defaults are four things, they
/// come to say four things.
///
/// # The rules
///
/// 1. A record is the format: its components are the keys, its constructor checks the ranges, its
///    constant `DEFAULT` has the defaults, in the source and nowhere else.
/// 2. [dev.tesuji.yaml.Binder] turns a document into the record and names everything that is wrong:
///    keys that are unknown ("did you mean"), types, ranges, each with file and line, or with the
///    argument of the command line that set it.
/// 3. [dev.tesuji.yaml.Unbinder] writes the record with every key, so that what is read back is
///    equal.
/// 4. [dev.tesuji.yaml.JsonSchema] describes the format to editors, from the same records.
///
/// # How records are written
///
/// ```yaml
/// task: {chainSums: {maxTerms: 6}}       # one of several kinds, with settings
/// task: chainSums                        # the same with the kind's defaults
/// task: {kind: chainSums, maxTerms: 6}   # the same as the first
/// ```
///
/// | mark | meaning |
/// |---|---|
/// | `@Unwrapped` | the component's keys stand among those of the record that has it |
/// | `@Variants` | the component is written under the name of its kind (`grpo: {...}`) |
/// | `@Shorthand` | a bare value stands for this component of its record |
/// | `@Rest` | the component takes every key that no other one has |
/// | `@Default` | the value of one component where it is absent |
/// | `@Named` | another name in YAML than in Java |
///
/// A component whose type is an interface is written with the name of its kind. The kinds of a
/// sealed interface are its permitted records; the compiler knows them all. The kinds of others are
/// handed to the binder ([dev.tesuji.yaml.Kinds]), so that a package that the interface does not
/// know can add some. No class is looked up by its name.
///
/// # What was left out
///
/// Tags, merge keys, several documents in a file, maps with keys that are not known beforehand (but
/// for `@Rest`), and sets. A recipe is read by people.
///
/// # Reading order
///
/// [dev.tesuji.yaml.Yaml], the document with its lines; [dev.tesuji.yaml.Binder]; `Keys`;
/// [dev.tesuji.yaml.Kinds]; [dev.tesuji.yaml.Unbinder]; [dev.tesuji.yaml.Overrides], which sets
/// values from the command line; [dev.tesuji.yaml.JsonSchema].
@org.jspecify.annotations.NullMarked
package dev.tesuji.yaml;
