package io.github.ldamasio.rbs.release;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Changes that a verification has to notice. */
final class Tampering {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Tampering() {}

  /** A change of a JSON object. */
  interface Edit {
    void apply(ObjectNode json) throws IOException;
  }

  /** A JSON object after this change. */
  static byte[] edited(byte[] original, Edit edit) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(original);
    edit.apply(json);
    return JSON.writeValueAsBytes(json);
  }

  /** Flips one bit in the middle of a file; a second time, it undoes that. */
  static void flipBit(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }
}
