package io.github.ldamasio.rbs.build.sbom;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import io.github.ldamasio.rbs.inventory.Sha256;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;
import org.cyclonedx.model.Evidence;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.component.evidence.Occurrence;
import org.cyclonedx.util.LicenseResolver;

/** CycloneDX components, each with a reference that is the same on each build. */
final class Components {
  private static final LicenseResolver.LicenseTextSettings NO_TEXT =
      new LicenseResolver.LicenseTextSettings(false, null);

  /** The library reads its list of licences anew for each question. */
  private static final Map<String, LicenseChoice> KNOWN = new ConcurrentHashMap<>();

  private Components() {}

  /** A file that belongs to no package. */
  static Component file(String path, byte[] bytes) {
    Component file = at(path, Type.FILE, path, null);
    file.setHashes(List.of(sha256(bytes)));
    return file;
  }

  /** A library or file at a path of the image, which is its reference. */
  static Component at(String path, Type type, String name, String version) {
    Component component = named(path, type, name, version);
    Occurrence occurrence = new Occurrence();
    occurrence.setLocation(path);
    Evidence evidence = new Evidence();
    evidence.addOccurrence(occurrence);
    component.setEvidence(evidence);
    return component;
  }

  static Component named(String reference, Type type, String name, String version) {
    Component component = new Component();
    component.setBomRef(reference);
    component.setType(type);
    component.setName(name);
    component.setVersion(version);
    return component;
  }

  /**
   * A package URL (https://github.com/package-url/purl-spec). The namespace may be null, the
   * qualifiers empty.
   */
  static String purl(
      String type, String namespace, String name, String version, Map<String, String> qualifiers) {
    try {
      TreeMap<String, String> sorted = qualifiers.isEmpty() ? null : new TreeMap<>(qualifiers);
      return new PackageURL(type, namespace, name, version, sorted, null).canonicalize();
    } catch (MalformedPackageURLException e) {
      throw new IllegalStateException(
          type + " package '" + name + " " + version + "': expected a name for a package URL", e);
    }
  }

  /** Licences by their SPDX identifiers where CycloneDX knows the name, else by that name. */
  static void license(Component component, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    LicenseChoice all = new LicenseChoice();
    for (String name : names) {
      LicenseChoice known = KNOWN.computeIfAbsent(name, Components::resolve);
      if (known.getExpression() != null && names.size() == 1) {
        all.setExpression(known.getExpression());
      } else {
        known.getLicenses().forEach(all::addLicense);
      }
    }
    component.setLicenses(all);
  }

  private static LicenseChoice resolve(String name) {
    LicenseChoice known = LicenseResolver.resolve(name, NO_TEXT);
    if (known != null && (known.getLicenses() != null || known.getExpression() != null)) {
      return known;
    }
    License license = new License();
    license.setName(name);
    LicenseChoice unknown = new LicenseChoice();
    unknown.addLicense(license);
    return unknown;
  }

  static Hash sha256(byte[] bytes) {
    return new Hash(Hash.Algorithm.SHA_256, Sha256.of(bytes));
  }
}
