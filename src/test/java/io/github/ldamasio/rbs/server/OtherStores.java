package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.testcontainers.containers.wait.strategy.Wait;

/** The S3 servers of {@code -Pstores}, which {@code scripts/setup.sh --stores} brings. */
final class OtherStores {
  private static final Path TOOLS = Project.DIRECTORY.resolve(".tools");

  private static final String VERSITYGW =
      """
      mkdir /tmp/versitygw
      exec /versitygw --port=:9000 --access="$AWS_ACCESS_KEY_ID" --secret="$AWS_SECRET_ACCESS_KEY" posix /tmp/versitygw
      """;

  /**
   * A monitor, an OSD that keeps its objects in memory, and radosgw, which start in this order and
   * wait for each other. Between them nobody is authenticated.
   */
  private static final String RADOSGW =
      """
      set -eu
      lib=/stores/usr/lib/x86_64-linux-gnu
      export PATH=/stores/usr/bin:$PATH LD_LIBRARY_PATH=/stores/lib/x86_64-linux-gnu:$lib:$lib/ceph
      export CEPH_CONF=/tmp/ceph/conf
      mkdir -p /tmp/ceph/osd
      cd /tmp/ceph
      fsid=$(cat /proc/sys/kernel/random/uuid)
      monitor=[v2:127.0.0.1:6789/0]
      cat > conf <<END
      [global]
      fsid = $fsid
      mon_host = $monitor
      ms_bind_msgr1 = false
      public_addr = 127.0.0.1
      auth_cluster_required = none
      auth_service_required = none
      auth_client_required = none
      ms_mon_client_mode = crc
      run_dir = /tmp/ceph
      crash_dir = /tmp/ceph
      admin_socket =
      log_file =
      plugin_dir = $lib/ceph
      erasure_code_dir = $lib/ceph/erasure-code
      mon_data = /tmp/ceph/mon
      mon_data_avail_crit = 1
      mon_allow_pool_size_one = true
      paxos_propose_interval = 0.05
      osd_data = /tmp/ceph/osd
      osd_objectstore = memstore
      memstore_device_bytes = 4294967296
      osd_class_dir = /stores/usr/lib/x86_64-linux-gnu/rados-classes
      osd_crush_chooseleaf_type = 0
      osd_pool_default_size = 1
      osd_pool_default_pg_num = 4
      osd_pool_default_pgp_num = 4
      osd_pool_default_pg_autoscale_mode = off
      rgw_rados_pool_pg_num_min = 4
      rgw_data = /tmp/ceph
      rgw_run_sync_thread = false
      END
      {
        monmaptool --create --fsid "$fsid" --addv a "$monitor" monitors
        osdmaptool --createsimple 1 osds
        ceph-mon --id=a --mkfs --monmap=monitors --osdmap=osds
        ceph-mon --id=a --foreground &
        ceph-osd --id=0 --mkfs --osd-uuid="$fsid"
        ceph-osd --id=0 --foreground &
        radosgw-admin user create --uid=any --display-name=any \
          --access-key="$AWS_ACCESS_KEY_ID" --secret-key="$AWS_SECRET_ACCESS_KEY"
      } 2>&1
      # Without tcp_nodelay, each answer with a body takes 40 ms on a connection that is used again.
      radosgw --id=rgw --foreground --rgw-frontends="beast tcp_nodelay=1 endpoint=0.0.0.0:9000 \
        ssl_endpoint=0.0.0.0:%d ssl_certificate=/tls/server.crt ssl_private_key=/tls/server.key" &
      until (: < /dev/tcp/127.0.0.1/9000) 2> /dev/null; do sleep 0.1; done
      echo 'radosgw listens'
      wait $!
      """
          .formatted(S3Server.SECURE_PORT);

  private OtherStores() {}

  /** versitygw (https://github.com/versity/versitygw) over a file system. */
  static SparkContainer versitygw() {
    return new SparkContainer("bash", "-c", VERSITYGW)
        .withReadOnly(tool("versitygw"), "/versitygw")
        .waitingFor(Wait.forLogMessage("(?s).*9000.*", 1));
  }

  /** The gateway of a Ceph cluster in memory, with TLS besides. */
  static SparkContainer radosgw(PrivateCa ca) {
    return new SparkContainer("bash", "-c", RADOSGW)
        .withReadOnly(tool("stores"), "/stores")
        .withReadOnly(ca.tls(), "/tls")
        .waitingFor(
            Wait.forLogMessage(".*radosgw listens.*", 1).withStartupTimeout(Duration.ofMinutes(2)));
  }

  /** Over HTTP, RGW refuses the empty objects of Amazon's SDK for Java. */
  static PrivateCa ca() {
    try {
      return new PrivateCa("s3");
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path tool(String name) {
    Path tool = TOOLS.resolve(name);
    if (!Files.exists(tool)) {
      throw new AssertionError(
          "file '%s': expected an S3 server, found none; run scripts/setup.sh --stores"
              .formatted(tool));
    }
    return tool;
  }
}
