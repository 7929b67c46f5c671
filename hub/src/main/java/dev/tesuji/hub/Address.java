package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.Repository.Kind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An address on the hub: `hf://[datasets/]OWNER/NAME[@REVISION][/PATH]`.
///
/// @param repository the repository
/// @param revision a branch, a tag or a commit
/// @param path a file, a folder or a pattern within it; null for the whole
public record Address(Repository repository, String revision, @Nullable String path) {
  /// What an address begins with.
  public static final String SCHEME = "hf://";

  /// The branch that is meant where none is named.
  static final String MAIN = "main";

  /// A scheme whose second slash a path has swallowed will do.
  private static final Pattern SCHEMED = Pattern.compile("hf:/{1,3}(?=[^/])");

  private static final Pattern FORM =
      Pattern.compile(
          "([^/@]+)/([^/@]+)(?:@(refs/(?:pr|convert)/[^/]+|[^/]+))?(?:/(.*))?", Pattern.DOTALL);

  /// Returns whether a text is meant as an address, right or wrong.
  public static boolean isMeant(String text) {
    return text.startsWith("hf:/");
  }

  /// Reads an address, with its scheme or without.
  ///
  /// @param kind what is asked for, where the address does not say
  /// @throws BadInput when it is none
  public static Address of(String text, Kind kind) {
    String rest = SCHEMED.matcher(text).replaceFirst("");
    Kind asked = kind;
    for (Kind k : Kind.values()) {
      if (rest.startsWith(k.plural() + "/")) {
        rest = rest.substring(k.plural().length() + 1);
        asked = k;
      }
    }
    Matcher form = FORM.matcher(rest);
    if (!form.matches()) {
      throw bad(text);
    }
    String owner = form.group(1);
    String name = form.group(2);
    String revision = Optional.ofNullable(form.group(3)).orElse(MAIN).replace("%2F", "/");
    String path = form.group(4);
    path = path == null || path.isEmpty() ? null : path;
    if (!Names.isPart(owner)
        || !Names.isPart(name)
        || !Names.isRevision(revision)
        || (path != null && !Names.isFile(path))) {
      throw bad(text);
    }
    return new Address(new Repository(asked, owner, name), revision, path);
  }

  private static BadInput bad(String text) {
    return new BadInput(
        "'"
            + BadInput.brief(text)
            + "' must be hf://OWNER/NAME[@REVISION][/FILE] of a model, or"
            + " hf://datasets/OWNER/NAME[@REVISION][/FILE]: names of letters, digits, '-', '_' and"
            + " '.', without '..' and '--' (write a '/' in a revision as %2F)");
  }

  /// Reads `OWNER/NAME[@REVISION]`; empty where a text is anything else.
  static Optional<Address> bare(String text, Kind kind) {
    Matcher form = FORM.matcher(text);
    return form.matches()
            && form.group(4) == null
            && Names.isPart(form.group(1))
            && Names.isPart(form.group(2))
            && (form.group(3) == null || Names.isRevision(form.group(3)))
        ? Optional.of(of(SCHEME + kind.prefix() + text, kind))
        : Optional.empty();
  }

  /// Returns whether the revision is a commit, which never changes.
  boolean isPinned() {
    return Names.isCommit(revision);
  }

  /// Returns `OWNER/NAME`.
  public String id() {
    return repository.id();
  }

  /// Returns the whole address as a path, which leads nowhere.
  public Path asPath() {
    return Path.of(path == null ? toString() : this + "/" + path);
  }

  /// Returns the repository and the revision, as errors name them.
  @Override
  public String toString() {
    return SCHEME + repository.kind().prefix() + repository.id() + "@" + revision;
  }
}
