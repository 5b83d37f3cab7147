package io.github.ldamasio.rbs.preflight;

import io.github.ldamasio.rbs.preflight.image.Memory.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The command line. Immutable once parsed. */
final class Arguments {
  static final String USAGE =
      String.join(
          "\n",
          "Usage: rbs-preflight [--s3 URL] [--jdbc URL [--table NAME]] [--catalog [TABLE]] [--k8s]",
          "                     [--conf NAME=VALUE]… [--role driver|executor] [--no-image] [--json]",
          "",
          "Says in seconds what would end a job after minutes. Without arguments: is the image what",
          "was built, and does the container suit it?",
          "  --s3 s3a://BUCKET/PREFIX  list, write, read and delete there, with the job's settings:",
          "                            spark-defaults.conf, AWS_ACCESS_KEY_ID and the like, --conf",
          "  --jdbc jdbc:postgresql:…  log in there; user and password also as PGUSER, PGPASSWORD",
          "  --table NAME              read this table there",
          "  --catalog [TABLE]         the catalog 'lake' of LAKE_JDBC_URL, LAKE_USER, LAKE_PASSWORD and",
          "                            LAKE_WAREHOUSE, of which TABLE (lake.NAMESPACE.TABLE) may be",
          "  --k8s                     may the service account create, watch and delete pods here?",
          "  --conf NAME=VALUE         a setting of Spark, as for spark-submit",
          "  --role driver|executor    what this container will be; default: it must suit both",
          "  --no-image                skip the checks of the image and of the container",
          "  --json                    for machines",
          "An option with an equals sign and nothing after it is left out, as --s3=$VARIABLE may be.",
          "Secrets are never printed. Give them in the environment: other users can see arguments.",
          "Exit codes: 0 all checks hold, 1 some do not, 2 wrong usage.");

  private Optional<String> s3 = Optional.empty();
  private Optional<String> jdbc = Optional.empty();
  private Optional<String> table = Optional.empty();
  private Optional<String> catalogTable = Optional.empty();
  private List<Role> roles = List.of(Role.values());
  private final Map<String, String> settings = new TreeMap<>();
  private boolean catalog;
  private boolean kubernetes;
  private boolean image = true;
  private boolean json;
  private boolean help;

  private Arguments() {}

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with everything that is wrong with it
   */
  static Arguments parse(String... words) {
    Arguments arguments = new Arguments();
    List<String> problems = new ArrayList<>();
    List<String> rest = new ArrayList<>(List.of(words));
    while (!rest.isEmpty()) {
      try {
        // --option=value is the same as --option value, as for spark-submit.
        String[] option = rest.remove(0).split("(?<=^--[a-z0-9]{1,9})=", 2);
        if (option.length == 2 && option[1].isBlank()) {
          continue;
        }
        if (option.length == 2) {
          rest.add(0, option[1]);
        }
        arguments.take(option[0], rest);
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (arguments.table.isPresent() && arguments.jdbc.isEmpty()) {
      problems.add("--table: expected --jdbc with it, found none");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return arguments;
  }

  private void take(String option, List<String> rest) {
    switch (option) {
      case "--s3":
        s3 = Optional.of(value(option, rest));
        break;
      case "--jdbc":
        jdbc = Optional.of(value(option, rest));
        break;
      case "--table":
        table = Optional.of(value(option, rest));
        break;
      case "--catalog":
        catalog = true;
        if (!rest.isEmpty() && !rest.get(0).startsWith("--")) {
          catalogTable = Optional.of(rest.remove(0));
        }
        break;
      case "--role":
        roles = List.of(role(value(option, rest)));
        break;
      case "--conf":
        addSetting(value(option, rest));
        break;
      case "--k8s":
        kubernetes = true;
        break;
      case "--no-image":
        image = false;
        break;
      case "--json":
        json = true;
        break;
      case "--help":
        help = true;
        break;
      default:
        // Without the word itself: it may be a password whose option is missing.
        throw new IllegalArgumentException("argument: expected an option of --help, found another");
    }
  }

  private static String value(String option, List<String> rest) {
    if (rest.isEmpty() || rest.get(0).startsWith("--") || rest.get(0).isBlank()) {
      throw new IllegalArgumentException(option + ": expected a value after it, found none");
    }
    return rest.remove(0);
  }

  private static Role role(String word) {
    try {
      return Role.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--role '" + word + "': expected driver or executor");
    }
  }

  private void addSetting(String setting) {
    String[] words = setting.split("=", 2);
    if (words.length != 2 || !words[0].startsWith("spark.")) {
      throw new IllegalArgumentException(
          "--conf '" + words[0] + "': expected spark.NAME=VALUE, found something else");
    }
    settings.put(words[0], words[1]);
  }

  Optional<String> s3() {
    return s3;
  }

  Optional<String> jdbc() {
    return jdbc;
  }

  Optional<String> table() {
    return table;
  }

  boolean catalog() {
    return catalog;
  }

  Optional<String> catalogTable() {
    return catalogTable;
  }

  List<Role> roles() {
    return roles;
  }

  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  boolean kubernetes() {
    return kubernetes;
  }

  boolean image() {
    return image;
  }

  boolean json() {
    return json;
  }

  boolean help() {
    return help;
  }
}
