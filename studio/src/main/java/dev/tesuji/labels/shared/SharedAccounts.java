package dev.tesuji.labels.shared;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The accounts that servers share.
///
/// @param database where they are
public record SharedAccounts(Database database) {
  /// An account.
  ///
  /// @param name who
  /// @param role what the account may do
  /// @param bcrypt the hash of its password
  public record Row(String name, String role, String bcrypt) {}

  /// Reads all, in the order of names.
  ///
  /// @throws dev.tesuji.labels.Unavailable when the database cannot be reached
  public List<Row> all() {
    List<Row> all = new ArrayList<>();
    try (Connection connection = database.connect();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT name, role, bcrypt FROM tesuji_accounts ORDER BY name");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        all.add(new Row(rows.getString(1), rows.getString(2), rows.getString(3)));
      }
      return all;
    } catch (SQLException e) {
      throw database.unavailable(e);
    }
  }

  /// Makes an account, or changes one.
  ///
  /// @throws dev.tesuji.labels.Unavailable when the database cannot be reached
  public void put(Row account) {
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO tesuji_accounts VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET role"
                    + " = excluded.role, bcrypt = excluded.bcrypt")) {
      insert.setString(1, account.name());
      insert.setString(2, account.role());
      insert.setString(3, account.bcrypt());
      insert.execute();
      connection.commit();
    } catch (SQLException e) {
      throw database.unavailable(e);
    }
  }
}
