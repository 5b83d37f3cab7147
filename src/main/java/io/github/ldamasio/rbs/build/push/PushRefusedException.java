package io.github.ldamasio.rbs.build.push;

/** This push did not set the tag, or the tag may not keep what this push set. */
final class PushRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PushRefusedException(String message) {
    super(message);
  }

  PushRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
