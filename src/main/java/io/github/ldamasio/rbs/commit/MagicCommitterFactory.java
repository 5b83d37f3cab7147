package io.github.ldamasio.rbs.commit;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory;
import org.apache.hadoop.fs.s3a.commit.magic.MagicS3GuardCommitter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;

/**
 * S3A's own choice by {@code fs.s3a.committer.name}, with {@link MagicCommitter} in place of its
 * magic committer. The setting {@code mapreduce.outputcommitter.factory.scheme.s3a} names it.
 */
public final class MagicCommitterFactory extends S3ACommitterFactory {

  @Override
  public PathOutputCommitter createTaskCommitter(
      S3AFileSystem filesystem, Path output, TaskAttemptContext context) throws IOException {
    PathOutputCommitter chosen = super.createTaskCommitter(filesystem, output, context);
    return chosen instanceof MagicS3GuardCommitter ? new MagicCommitter(output, context) : chosen;
  }
}
