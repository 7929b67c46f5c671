package dev.tesuji.studio.access;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.shared.SharedAccounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.security.crypto.bcrypt.BCrypt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The accounts of a folder of label projects: names, roles, and bcrypt hashes of passwords.
public final class Accounts {
  private static final int ROUNDS = 12; // 2^12: a fifth of a second a guess
  private static final int SHORTEST = 10;
  private static final int LONGEST = 72; // bytes that bcrypt takes

  private final Keeping keeping;
  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private final String nobody = BCrypt.hashpw("nobody has this", BCrypt.gensalt(ROUNDS));

  private record Account(Role role, String hash) {}

  /// Keeps accounts once they have changed.
  private interface Keeping {
    void keep(Map<String, Account> all, String changed);
  }

  private Accounts(Keeping keeping) {
    this.keeping = keeping;
  }

  /// Reads the accounts of a folder of projects.
  ///
  /// @throws BadInput when their file does not fit
  public Accounts(Path projects) {
    this((all, _) -> write(file(projects), all));
    Path file = file(projects);
    if (!Files.exists(file)) {
      return;
    }
    for (Map.Entry<String, JsonNode> e : Json.readUnambiguous(file).properties()) {
      String hash = e.getValue().path("bcrypt").asString("");
      if (!hash.startsWith("$2")) {
        throw BadInput.in(
            file,
            "account '"
                + BadInput.brief(e.getKey())
                + "' must have a 'bcrypt' hash; make it with './tesuji labels account'");
      }
      accounts.put(e.getKey(), new Account(role(e.getValue().path("role").asString("")), hash));
    }
  }

  /// Reads the accounts that several servers share.
  ///
  /// @throws dev.tesuji.labels.Unavailable when their database cannot be reached
  public static Accounts shared(SharedAccounts shared) {
    Accounts accounts =
        new Accounts((all, changed) -> {
          Account account = Objects.requireNonNull(all.get(changed));
          shared.put(new SharedAccounts.Row(changed, account.role().toString(), account.hash()));
        });
    shared
        .all()
        .forEach(r -> accounts.accounts.put(r.name(), new Account(role(r.role()), r.bcrypt())));
    return accounts;
  }

  private static Path file(Path projects) {
    return projects.resolve("accounts.json");
  }

  private static Role role(String name) {
    return name.equals(Role.LEAD.toString()) ? Role.LEAD : Role.ANNOTATOR;
  }

  /// Returns whether there is none.
  public boolean isEmpty() {
    return accounts.isEmpty();
  }

  /// Makes an account, or gives one another role and password.
  ///
  /// @throws BadInput when the name or the password does not fit, or the file cannot be written
  public void put(String name, Role role, String password) {
    Project.requireName("option --name", name);
    int bytes = password.getBytes(StandardCharsets.UTF_8).length;
    if (password.length() < SHORTEST || bytes > LONGEST) {
      throw new BadInput(
          "the password must have at least "
              + SHORTEST
              + " characters and at most "
              + LONGEST
              + " bytes, got "
              + bytes);
    }
    accounts.put(name, new Account(role, BCrypt.hashpw(password, BCrypt.gensalt(ROUNDS))));
    keeping.keep(accounts, name);
  }

  private static void write(Path file, Map<String, Account> accounts) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    accounts.forEach(
        (n, a) -> json.putObject(n).put("role", a.role().toString()).put("bcrypt", a.hash()));
    SafeFiles.replace(file, Json.pretty(json));
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  /// Returns the role of a name whose password this is. Takes as long for names that nobody has.
  public Optional<Role> check(String name, String password) {
    Account account = accounts.get(name);
    boolean fits = password.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
    boolean right = BCrypt.checkpw(fits ? password : "", account == null ? nobody : account.hash());
    return account != null && right && fits ? Optional.of(account.role()) : Optional.empty();
  }
}
