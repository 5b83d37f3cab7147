package io.github.ldamasio.rbs.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A layer: the digest of its uncompressed tar, and the tar's entries in their order. */
record Layer(Sha256 diffId, List<Entry> entries) {
  private static final int PERMISSIONS = 07777;

  Layer {
    entries = List.copyOf(entries);
  }

  /** Reads an uncompressed tar to its end. */
  static Layer read(InputStream tar) throws IOException {
    DigestInputStream digested = new DigestInputStream(tar, Sha256.digest());
    TarArchiveInputStream stream =
        new TarArchiveInputStream(digested, StandardCharsets.UTF_8.name());
    List<Entry> entries = new ArrayList<>();
    for (TarArchiveEntry header = stream.getNextEntry();
        header != null;
        header = stream.getNextEntry()) {
      entries.add(entry(header, stream));
    }
    digested.transferTo(OutputStream.nullOutputStream());
    return new Layer(Sha256.finish(digested.getMessageDigest(), new byte[0]), entries);
  }

  private static Entry entry(TarArchiveEntry header, InputStream bytes) throws IOException {
    ImagePath path = ImagePath.ofEntry(header.getName());
    return new Entry(
        path,
        content(path, header, bytes),
        new Entry.Attributes(
            header.getLongUserId(), header.getLongGroupId(), header.getMode() & PERMISSIONS),
        header.getLastModifiedTime().toInstant());
  }

  private static Content content(ImagePath path, TarArchiveEntry header, InputStream bytes)
      throws IOException {
    if (header.isDirectory()) {
      return new Content.Directory();
    }
    if (header.isSymbolicLink()) {
      return new Content.SymbolicLink(header.getLinkName());
    }
    if (header.isLink() || !header.isFile()) {
      return new Content.Other("entry of type " + (char) header.getLinkFlag());
    }
    if (path.value().endsWith(".jar")) {
      return ClassVersions.read(bytes.readAllBytes());
    }
    if (path.value().endsWith(".dist-info/WHEEL")) {
      byte[] notes = bytes.readAllBytes();
      return new Content.WheelNotes(
          Sha256.of(notes), WheelTag.parseNotes(new String(notes, StandardCharsets.UTF_8)));
    }
    return new Content.Plain(Sha256.of(bytes));
  }
}
