package io.github.ldamasio.rbs.defaults;

import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;

/** Tells PostgreSQL's driver the password of the catalog {@code lake}, from the environment. */
public final class LakePassword implements AuthenticationPlugin {
  /** For PostgreSQL's driver. */
  public LakePassword() {}

  @Override
  public char[] getPassword(AuthenticationRequestType type) {
    String password = System.getenv(LakeCatalog.PASSWORD);
    return password == null ? null : password.toCharArray();
  }
}
