package io.github.ldamasio.rbs.build.push;

/** Nothing was pushed under the tag, or what was pushed is not what the tag holds. */
final class PushRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PushRefusedException(String message) {
    super(message);
  }

  PushRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
