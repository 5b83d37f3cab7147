#!/usr/bin/env bash
# Makes an image of two layers out of a root directory, for assemble.sh: IMAGE/base.tar, in docker-save format.
# The layers are compressed here, once: Jib would compress them in each build that finds its cache empty.
#
#   SOURCE_DATE_EPOCH=… src/main/base/pack.sh embedded|official ROOT IMAGE
set -euo pipefail

base=$1 root=$2 image=$3

archive() { # archive DIRECTORY FILE TAR-ARGUMENT…
  tar -C "$1" --create --file "$2" --sort=name --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" "${@:3}"
}

# layer NAME PATH [TAR-ARGUMENT…]: PATH of the root directory; each directory in it gets an entry of its own.
layer() {
  archive "$root" "$image/$1.tar.gz" --use-compress-program='gzip -n' --xattrs --format=pax \
    --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime "${@:3}" "$2"
  gzip -dc "$image/$1.tar.gz" | digest >"$image/$1.diff"
}

digest() {
  printf 'sha256:%s\n' "$(sha256sum | cut -d ' ' -f 1)"
}

mkdir "$image"
layer system . --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --exclude='./run/*' --exclude='./tmp/*' --exclude='./opt/*' &
layer spark ./opt
wait $!

system=$(<"$image/system.diff")
spark=$(<"$image/spark.diff")
# A local image has no manifest in a registry, and so no digest. What identifies its content is the ChainID of its
# layers, as the OCI image specification defines it (config.md).
chain=$(printf '%s %s' "$system" "$spark" | digest)
created=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
debian=$(sed -n 's/^PRETTY_NAME="Debian GNU\/Linux \([0-9]*\) (\(.*\))"/Debian \1 \2/p' "$root/etc/os-release")
read -r _ version _ <"$root/opt/spark/RELEASE"
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
case $base in
  embedded)
    name="rbs-spark embedded base ($debian)" user=185 java_home=/usr/lib/jvm/java-17-openjdk-amd64
    environment='"LANG=C.UTF-8"' entrypoint=''
    ;;
  official)
    name="rbs-spark test base like the official one ($debian)" user=spark java_home=/opt/java/openjdk
    path=$java_home/bin:$path
    environment='"LANG=en_US.UTF-8", "LANGUAGE=en_US:en", "LC_ALL=en_US.UTF-8"'
    entrypoint='
    "Entrypoint": ["/opt/entrypoint.sh"],'
    ;;
esac
cat >"$image/config.json" <<JSON
{
  "architecture": "amd64",
  "os": "linux",
  "created": "$created",
  "config": {
    "User": "$user",
    "WorkingDir": "/opt/spark/work-dir",$entrypoint
    "Env": [
      "PATH=$path",
      $environment,
      "JAVA_HOME=$java_home",
      "SPARK_HOME=/opt/spark"
    ],
    "Labels": {
      "org.opencontainers.image.base.name": "$name",
      "org.opencontainers.image.base.digest": "$chain"
    }
  },
  "rootfs": {"type": "layers", "diff_ids": ["$system", "$spark"]},
  "history": [
    {"created": "$created", "created_by": "$debian packages"},
    {"created": "$created", "created_by": "Spark $version from PyPI"}
  ]
}
JSON
config=$(digest <"$image/config.json")
config=${config#sha256:}.json
mv "$image/config.json" "$image/$config"
cat >"$image/manifest.json" <<JSON
[{"Config": "$config", "RepoTags": ["rbs-spark-base:$base"], "Layers": ["system.tar.gz", "spark.tar.gz"]}]
JSON
archive "$image" "$image/base.tar" --owner=0 --group=0 --mode=644 --format=ustar manifest.json "$config" system.tar.gz spark.tar.gz
