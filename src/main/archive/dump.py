#!/usr/bin/env python3
"""Dumps a class archive by the JVM of a base, in the root directory of the base: the same classes give the same file each
time, but for one address (ArchiveFile.java removes it).

    dump.py DIRECTORY   needs classes and classpath.jar there; leaves spark.jsa and libjvm, the addresses of the JVM's tables

The archive replaces the JDK's own, so it has the classes of the JDK's list, too, without those that are made at run time.

The archive has its symbols in the order in which they were created, so one thread must load all classes: one CPU, the
interpreter, and no garbage collection. That leaves the finalizer's thread, which needs the class jdk.internal.misc.VM as
soon as it starts, while the main thread loads others. It is held until the main thread has that class: each thread logs
a line when it begins to run and another before it runs Java code, and the log is a pipe that takes only one line until
it is read.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OPTIONS = """-Xshare:dump -Xint -XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC -Xms4g -Xmx4g -Xrs -XX:-UsePerfData
    -XX:+DisableAttachMechanism -Xlog:disable -Xlog:os+thread=debug:stdout:none""".split()

CLASS_LIST = Path("/tmp/dump.classes")
INITIALIZED = Path("/tmp/dump.initialized")

# JDK 17 starts its threads in this order: the VM's, the reference handler's, the finalizer's.
FINALIZER = 3

# The first class that the main thread initializes after it started the finalizer's thread, and the one that both need.
FIRST_OF_MAIN = "Initializing 'java/lang/System$2'"
HELD = "Initializing 'jdk/internal/misc/VM'"
SECONDS = 300

# Linux has it; the module fcntl since Python 3.10.
F_SETPIPE_SZ = 1031


def class_names(java, added):
    jdk = (java.parents[1] / "lib/classlist").read_text().splitlines()
    names = {line.split(" ")[0] for line in jdk if not line.startswith(("#", "@"))}
    return sorted(names.union(added.read_text().splitlines()))


def pipe_for_one_line():
    """A pipe that keeps writes apart (O_DIRECT), one to a page, and has one page."""
    read, write = os.pipe2(os.O_DIRECT | os.O_CLOEXEC)
    fcntl.fcntl(write, F_SETPIPE_SZ, os.sysconf("SC_PAGE_SIZE"))
    return read, write


def main_thread_comes_first(jvm):
    end = time.monotonic() + SECONDS
    while jvm.poll() is None and time.monotonic() < end:
        before, held, _ = INITIALIZED.read_text().partition(HELD)
        if held:
            return FIRST_OF_MAIN in before
        time.sleep(0.01)
    return False


def main():
    directory = Path(sys.argv[1])
    java = Path(shutil.which("java")).resolve()
    os.chdir("/")
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    CLASS_LIST.write_text("\n".join(class_names(java, directory / "classes")) + "\n")
    INITIALIZED.write_text("")
    read, write = pipe_for_one_line()
    command = [java, *OPTIONS, f"-Xlog:class+init:file={INITIALIZED}:none", f"-XX:SharedClassListFile={CLASS_LIST}",
               f"-XX:SharedArchiveFile={directory}/spark.jsa", "-cp", f"{directory}/classpath.jar"]
    jvm = subprocess.Popen(command, stdout=write, stderr=write)
    os.close(write)
    started = 0
    output = []
    while line := os.read(read, os.sysconf("SC_PAGE_SIZE")):
        output.append(line)
        if b" started (" in line:
            started += 1
            if started == FINALIZER:
                if not main_thread_comes_first(jvm):
                    jvm.kill()
                    sys.exit(f"dump: expected {FIRST_OF_MAIN}, then {HELD}, found otherwise in {INITIALIZED}")
                maps = Path(f"/proc/{jvm.pid}/maps").read_text().splitlines(keepends=True)
                constants = [entry for entry in maps if "libjvm.so" in entry and " r--p " in entry]
                (directory / "libjvm").write_text(constants[-1])
    if jvm.wait() != 0:
        sys.stderr.buffer.write(b"".join(output))
        sys.exit(f"dump: expected the JVM to end with 0, found {jvm.returncode}; see above")


main()
