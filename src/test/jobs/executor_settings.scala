// Prints what an executor's own JVM has for the names in NAMES: Hadoop's settings, and where the PostgreSQL driver is from.
val names = sys.env("NAMES").split(",")
sc.parallelize(Seq(1), 1).map { _ =>
  org.apache.hadoop.fs.FileSystem.get(java.net.URI.create("file:///"), new org.apache.hadoop.conf.Configuration())
  val hadoop = new org.apache.hadoop.conf.Configuration()
  val driver = Thread.currentThread.getContextClassLoader.loadClass("org.postgresql.Driver")
  names.map(name => s"$name=${hadoop.get(name)}") :+ s"driver=${driver.getProtectionDomain.getCodeSource.getLocation.getPath}"
}.collect.foreach(_.foreach(line => println(s"executor $line")))
