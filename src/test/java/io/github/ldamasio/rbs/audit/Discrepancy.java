package io.github.ldamasio.rbs.audit;

import java.time.Instant;
import java.util.List;

/** Something in the image that is not as it should be. As text: what, expected, found, remedy. */
sealed interface Discrepancy {

  record Unclaimed(ImagePath path) implements Discrepancy {
    @Override
    public String toString() {
      return "added path '%s': expected a pin or a file of the repository that claims it, found none; pin it, or leave it out in the POM"
          .formatted(path);
    }
  }

  record Missing(Claim claim) implements Discrepancy {
    @Override
    public String toString() {
      return "file '%s': expected it from %s, found nothing; 'mvn clean package'"
          .formatted(claim.path(), claim.claimant());
    }
  }

  record ClaimedTwice(ImagePath path, List<String> claimants) implements Discrepancy {
    @Override
    public String toString() {
      return "file '%s': expected one claimant, found %s; drop one".formatted(path, claimants);
    }
  }

  record OtherBytes(Claim claim, Sha256 found) implements Discrepancy {
    @Override
    public String toString() {
      return "file '%s': expected sha256 %s from %s, found %s; 'mvn clean package'"
          .formatted(claim.path(), claim.sha256(), claim.claimant(), found);
    }
  }

  record PresentTwice(ImagePath path) implements Discrepancy {
    @Override
    public String toString() {
      return "file '%s': expected it once in the image, found it in two layers; drop one"
          .formatted(path);
    }
  }

  record SharedLayer(List<String> components) implements Discrepancy {
    @Override
    public String toString() {
      return "layer of '%s': expected no other component in it, found %s; see LayerExtension"
          .formatted(components.get(0), components.subList(1, components.size()));
    }
  }

  record SeveralLayers(String component, int found) implements Discrepancy {
    @Override
    public String toString() {
      return "layers of '%s': expected 1, found %d; see LayerExtension".formatted(component, found);
    }
  }

  record ReplacesLink(ImagePath path, ImagePath link, String target) implements Discrepancy {
    @Override
    public String toString() {
      return "added path '%s': expected no symbolic link of the base in its path, found %s -> %s; use the link's target"
          .formatted(path, link, target);
    }
  }

  record NoRegularFile(ImagePath path, Content content) implements Discrepancy {
    @Override
    public String toString() {
      return "added path '%s': expected a file or a directory, found %s; Jib adds no such thing"
          .formatted(path, content);
    }
  }

  record OtherAttributes(ImagePath path, Entry.Attributes expected, Entry.Attributes found)
      implements Discrepancy {
    @Override
    public String toString() {
      return "owner and mode of '%s': expected %s, found %s; see the POM's permissions"
          .formatted(path, expected, found);
    }
  }

  record UnsafeMode(ImagePath path, Entry.Attributes found) implements Discrepancy {
    @Override
    public String toString() {
      return "mode of '%s': expected neither setuid, setgid nor world-writable, found %s; see the POM's permissions"
          .formatted(path, found);
    }
  }

  record OtherTime(ImagePath path, Instant expected, Instant found) implements Discrepancy {
    @Override
    public String toString() {
      return "time of '%s': expected %s, found %s; set no modification time in the POM"
          .formatted(path, expected, found);
    }
  }

  record CompiledPython(ImagePath path) implements Discrepancy {
    @Override
    public String toString() {
      return "file '%s': expected no compiled Python, found it; it differs from build to build"
          .formatted(path);
    }
  }

  record NoJar(ImagePath path) implements Discrepancy {
    @Override
    public String toString() {
      return "file '%s': expected a JAR with readable classes, found none; 'mvn clean package'"
          .formatted(path);
    }
  }

  record NewerClasses(ImagePath jar, int expected, int found, String example)
      implements Discrepancy {
    @Override
    public String toString() {
      return "classes of '%s': expected class files up to version %d, found %d in %s; pin a JAR for the base's Java"
          .formatted(jar, expected, found, example);
    }
  }

  record SharedClasses(ImagePath jar, ImagePath other, int count, String example)
      implements Discrepancy {
    @Override
    public String toString() {
      return "classes of '%s': expected none that %s has too, found %d such as %s; add it to the audit's list with a reason, or drop a JAR"
          .formatted(jar, other, count, example);
    }
  }

  record UnfitWheel(ImagePath notes, String python, List<WheelTag> found) implements Discrepancy {
    @Override
    public String toString() {
      return "wheel of '%s': expected one for Python %s and glibc 2.17, found %s; see -Dbase.python"
          .formatted(notes, python, found);
    }
  }

  record NoSingleWheel(String pin, String python, int found) implements Discrepancy {
    @Override
    public String toString() {
      return "wheel pin '%s': expected one file for Python %s in the wheels' directory, found %d; 'mvn package' downloads it"
          .formatted(pin, python, found);
    }
  }

  record WheelNotInLock(String file, Sha256 found) implements Discrepancy {
    @Override
    public String toString() {
      return "wheel '%s': expected a sha256 of the lock, found %s; delete it, 'mvn package' downloads it"
          .formatted(file, found);
    }
  }

  record OtherConfiguration(String name, Object expected, Object found) implements Discrepancy {
    @Override
    public String toString() {
      return "configuration '%s': expected %s, found %s; see the POM and the base"
          .formatted(name, expected, found);
    }
  }
}
