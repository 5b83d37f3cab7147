package io.github.ldamasio.rbs.preflight.jdbc;

import io.github.ldamasio.rbs.defaults.LakeCatalog;

/** Which variables say who logs in. */
enum Account {
  SOURCE("PGUSER", "PGPASSWORD"),
  CATALOG(LakeCatalog.USER, LakeCatalog.PASSWORD);

  private final String user;
  private final String password;

  Account(String user, String password) {
    this.user = user;
    this.password = password;
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }

  /** Both, for messages. */
  String variables() {
    return user + " and " + password;
  }
}
