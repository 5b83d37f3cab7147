from tabulate import tabulate


def table(rows):
    yield tabulate([(row.id, row.avro.hex()) for row in rows], ["id", "avro"])
