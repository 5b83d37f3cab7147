package io.github.ldamasio.rbs.bench;

import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Scene;
import java.io.IOException;

/** A {@link Scene} for a program in another language. Its servers run until standard input ends. */
public final class BenchScene {

  private BenchScene() {}

  /**
   * Arguments: the rows of the table, and {@code lake} for a catalog. Prints {@code NETWORK=id},
   * {@code STORE=address} of the S3 server and then {@code NAME=value} of each variable that a
   * job's container needs, and an empty line when all is ready.
   */
  public static void main(String[] arguments) throws IOException {
    try (Scene scene = Scene.withRows(Integer.parseInt(arguments[0]))) {
      System.out.println("NETWORK=" + scene.network().getId());
      System.out.println("STORE=" + scene.s3().address());
      scene.environment().forEach((name, value) -> System.out.println(name + "=" + value));
      if (arguments.length > 1) {
        Lake.in(scene)
            .environment()
            .forEach((name, value) -> System.out.println(name + "=" + value));
      }
      System.out.println();
      System.in.transferTo(System.err);
    }
  }
}
