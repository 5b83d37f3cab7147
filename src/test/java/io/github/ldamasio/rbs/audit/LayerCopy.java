package io.github.ldamasio.rbs.audit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A layer's tar in memory, in which entries can be changed. */
final class LayerCopy {
  private final List<Item> items = new ArrayList<>();

  private record Item(TarArchiveEntry header, byte[] bytes) {
    boolean isAt(ImagePath path) {
      return ImagePath.ofEntry(header.getName()).equals(path);
    }
  }

  private LayerCopy() {}

  /** Reads an uncompressed tar to its end. */
  static LayerCopy read(InputStream tar) throws IOException {
    LayerCopy copy = new LayerCopy();
    TarArchiveInputStream stream = new TarArchiveInputStream(tar, StandardCharsets.UTF_8.name());
    for (TarArchiveEntry header = stream.getNextEntry();
        header != null;
        header = stream.getNextEntry()) {
      copy.items.add(new Item(header, stream.readAllBytes()));
    }
    return copy;
  }

  /** Changes the header of the entry at this path. */
  LayerCopy header(ImagePath path, Consumer<TarArchiveEntry> change) {
    change.accept(find(path).header);
    return this;
  }

  /** The bytes of the file at this path; a change of them changes the copy. */
  byte[] bytes(ImagePath path) {
    return find(path).bytes;
  }

  /** Adds a file, as Jib adds one. */
  LayerCopy add(ImagePath path, byte[] bytes) {
    return add(new TarArchiveEntry(path.value().substring(1)), bytes);
  }

  /** Adds a directory, as Jib adds one. */
  LayerCopy addDirectory(ImagePath path) {
    TarArchiveEntry header = new TarArchiveEntry(path.value().substring(1) + "/");
    return add(header, new byte[0]).header(path, directory -> directory.setMode(0755));
  }

  /** Adds a symbolic link. */
  LayerCopy addLink(ImagePath path, String target) {
    TarArchiveEntry header =
        new TarArchiveEntry(path.value().substring(1), TarArchiveEntry.LF_SYMLINK);
    header.setLinkName(target);
    return add(header, new byte[0]);
  }

  LayerCopy remove(ImagePath path) {
    items.remove(find(path));
    return this;
  }

  /** The layer as the audit reads it. */
  Layer layer() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Item item : items) {
        item.header.setSize(item.bytes.length);
        tar.putArchiveEntry(item.header);
        tar.write(item.bytes);
        tar.closeArchiveEntry();
      }
      tar.finish();
      return Layer.read(new ByteArrayInputStream(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LayerCopy add(TarArchiveEntry header, byte[] bytes) {
    header.setMode(0644);
    header.setIds(0, 0);
    header.setModTime(1000L);
    items.add(new Item(header, bytes));
    return this;
  }

  private Item find(ImagePath path) {
    return items.stream().filter(item -> item.isAt(path)).findFirst().orElseThrow();
  }
}
