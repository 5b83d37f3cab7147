package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.JarPin;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong with the files that the build adds, one thing at a time. */
record LayerMutations(Mutator mutator) {
  /** A small JAR, which is read quickly. */
  private static final JarPin POSTGRESQL = JarPin.of("postgresql");

  static final ImagePath JAR = new ImagePath("/opt/spark/jars/" + POSTGRESQL.fileName());
  static final ImagePath PIP_CONF = new ImagePath("/etc/pip.conf");

  private static final ImagePath PYSPARK = new ImagePath("/usr/local/bin/pyspark");

  static final String JARS_OF_POSTGRESQL = "JARs of org.postgresql";

  /** A change of this byte leaves a valid JAR: readers use the times in the central directory. */
  private static final int TIME_OF_FIRST_ENTRY = 10;

  private static final byte[] SOME = {1, 2, 3};
  private static final Entry.Attributes FILE = new Entry.Attributes(0, 0, 0644);
  private static final Entry.Attributes DIRECTORY = new Entry.Attributes(0, 0, 0755);

  Stream<Mutation> all() {
    return Stream.of(contents(), additions(), places(), attributes())
        .flatMap(mutations -> mutations);
  }

  private Stream<Mutation> contents() {
    Claim claim =
        new Claim(
            JAR,
            "JAR " + POSTGRESQL.artifactId() + " " + POSTGRESQL.version(),
            JARS_OF_POSTGRESQL,
            new Sha256(POSTGRESQL.sha256()));
    byte[] jar = mutator.bytes(JAR);
    jar[TIME_OF_FIRST_ENTRY] ^= 1;
    byte[] half = Arrays.copyOf(jar, jar.length / 2);
    ImagePath extra = new ImagePath("/opt/spark/jars/extra");
    return Stream.of(
        mutator.layer(
            "one bit in a JAR",
            JAR,
            copy -> copy.remove(JAR).add(JAR, jar),
            new Discrepancy.OtherBytes(claim, Sha256.of(jar))),
        mutator.layer(
            "half a JAR",
            JAR,
            copy -> copy.remove(JAR).add(JAR, half),
            new Discrepancy.OtherBytes(claim, Sha256.of(half)),
            new Discrepancy.NoJar(JAR)),
        mutator.layer(
            "a missing file", JAR, copy -> copy.remove(JAR), new Discrepancy.Missing(claim)),
        mutator.layer(
            "an extra file",
            PIP_CONF,
            copy -> copy.add(extra, SOME),
            new Discrepancy.Unclaimed(extra)),
        mutator.layer(
            "a JAR under another name",
            JAR,
            copy -> copy.add(extra, copy.bytes(JAR)).remove(JAR),
            new Discrepancy.Missing(claim),
            new Discrepancy.Unclaimed(extra)));
  }

  private Stream<Mutation> additions() {
    ImagePath compiled = new ImagePath("/opt/spark/python/six.pyc");
    ImagePath whiteout = new ImagePath("/opt/.wh.decom.sh");
    ImagePath directory = new ImagePath("/opt/empty");
    ImagePath link = new ImagePath("/opt/spark/conf/link");
    return Stream.of(
        mutator.layer(
            "compiled Python",
            PIP_CONF,
            copy -> copy.add(compiled, SOME),
            new Discrepancy.Unclaimed(compiled),
            new Discrepancy.CompiledPython(compiled)),
        mutator.layer(
            "a deleted file of the base",
            PIP_CONF,
            copy -> copy.add(whiteout, new byte[0]),
            new Discrepancy.Unclaimed(whiteout)),
        mutator.layer(
            "an extra directory",
            PIP_CONF,
            copy -> copy.addDirectory(directory),
            new Discrepancy.Unclaimed(directory)),
        mutator.layer(
            "a symbolic link",
            PIP_CONF,
            copy -> copy.addLink(link, "/tmp"),
            new Discrepancy.Unclaimed(link),
            new Discrepancy.NoRegularFile(link, new Content.SymbolicLink("/tmp"))));
  }

  private Stream<Mutation> places() {
    byte[] pipConf = mutator.bytes(PIP_CONF);
    ImagePath passwd = new ImagePath("/etc/passwd");
    ImagePath run = new ImagePath("/var/run");
    ImagePath tool = run.resolve("tool");
    return Stream.of(
        mutator.layer(
            "a file in two layers",
            JAR,
            copy -> copy.add(PIP_CONF, pipConf),
            new Discrepancy.PresentTwice(PIP_CONF),
            new Discrepancy.SharedLayer(List.of(JARS_OF_POSTGRESQL, Claim.NONE))),
        mutator.layer(
            "a replaced file of the base",
            PIP_CONF,
            copy -> copy.add(passwd, SOME),
            new Discrepancy.Unclaimed(passwd),
            new Discrepancy.PresentTwice(passwd)),
        mutator.layer(
            "a replaced symbolic link of the base",
            PIP_CONF,
            copy -> copy.addDirectory(run),
            new Discrepancy.ReplacesLink(run, run, "/run")),
        mutator.layer(
            "a file below a symbolic link of the base",
            PIP_CONF,
            copy -> copy.add(tool, SOME),
            new Discrepancy.Unclaimed(tool),
            new Discrepancy.ReplacesLink(tool, run, "/run")));
  }

  private Stream<Mutation> attributes() {
    ImagePath etc = PIP_CONF.parent();
    return Stream.of(
        mode("a changed mode", PIP_CONF, 0755, FILE),
        mode("a directory of the base with another mode", etc, 0700, DIRECTORY),
        unsafe("a setuid file", PYSPARK, 04755),
        unsafe("a setgid file", PYSPARK, 02755),
        unsafe("a world-writable file", PIP_CONF, 0666),
        unsafe("a world-writable directory", etc, 01777),
        mutator.layer(
            "another owner",
            PIP_CONF,
            copy -> copy.header(PIP_CONF, file -> file.setIds(185, 0)),
            new Discrepancy.OtherAttributes(PIP_CONF, FILE, new Entry.Attributes(185, 0, 0644))),
        mutator.layer(
            "a home directory of root's",
            BuildPlan.HOME,
            copy -> copy.header(BuildPlan.HOME, home -> home.setIds(0, 0)),
            new Discrepancy.OtherAttributes(
                BuildPlan.HOME, BuildPlan.HOME_ATTRIBUTES, new Entry.Attributes(0, 0, 0755))),
        mutator.layer(
            "another time",
            PIP_CONF,
            copy -> copy.header(PIP_CONF, file -> file.setModTime(2000L)),
            new Discrepancy.OtherTime(
                PIP_CONF, Instant.ofEpochSecond(1), Instant.ofEpochSecond(2))));
  }

  private Mutation mode(String name, ImagePath path, int mode, Entry.Attributes expected) {
    Entry.Attributes found = new Entry.Attributes(0, 0, mode);
    return mutator.layer(
        name,
        PIP_CONF,
        copy -> copy.header(path, file -> file.setMode(mode)),
        new Discrepancy.OtherAttributes(path, expected, found));
  }

  private Mutation unsafe(String name, ImagePath path, int mode) {
    return mutator.layer(
        name,
        PIP_CONF,
        copy -> copy.header(path, file -> file.setMode(mode)),
        new Discrepancy.UnsafeMode(path, new Entry.Attributes(0, 0, mode)));
  }
}
