"""What bench.json says, as a table and as a chart."""

import math
import pathlib
from xml.sax.saxutils import escape

# Issue targets: what, way, and the median that is asked for.
TARGETS = {
    ("start to first SQL result", "ours"): "≤ 0.55",
    ("start to job end", "ours"): "≤ 0.65",
    ("start to job end", "ours, short-job switch"): "≤ 0.45",
    ("start to pyarrow, boto3, psycopg2 imported", "ours"): "≤ 0.80",
    ("executor start to registered", "ours"): "≤ 0.65",
    ("postgresql bumped: uploaded", "ours"): "≤ 0.02",
    ("postgresql bumped: build and push", "ours"): "≤ 0.50",
    ("cold: build and push", "ours"): "≤ 0.90",
    ("boto3 bumped: uploaded", "ours"): "≤ 0.02",
    ("added compressed size", "ours"): "≤ 1.12",
    ("ingest: rows a second", "ours"): "≥ 1.10",
}
WIDTH, LEFT, ROW = 900, 430, 22


def number(value):
    return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def table(measured):
    """Markdown: each ratio to the Dockerfile's image."""
    lines = [
        f"{measured['date']}, {measured['machine']}; `{measured['command']}`, {measured['pairs']} pairs, {measured['minutes']} minutes.",
        "",
        "| ours / Dockerfile | | min | median | max | target |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for row in measured["rows"]:
        target = TARGETS.get((row["what"], row["way"]), "")
        lines.append(f"| {row['what']} | {row['way']} | {number(row['min'])} | {number(row['median'])} | {number(row['max'])} | {target} |")
    return "\n".join(lines)


def chart(measured):
    """SVG: a dot per median and a line from min to max, on a logarithmic scale; left of 1 the Dockerfile's image needs more."""
    rows = measured["rows"]
    low = min(-1, math.floor(min(math.log10(max(row["min"], 1e-6)) for row in rows)))
    high = max(0.5, max(math.log10(row["max"]) for row in rows) + 0.1)
    height = ROW * (len(rows) + 3)

    def x(ratio):
        return LEFT + (WIDTH - LEFT - 80) * (math.log10(max(ratio, 1e-6)) - low) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="10" y="{ROW}" font-weight="bold">ours / Dockerfile: min, median, max ({escape(measured["date"])})</text>',
    ]
    for power in range(low, math.floor(high) + 1):
        at, colour = x(10**power), "#444" if power == 0 else "#ddd"
        parts.append(f'<line x1="{at:.1f}" y1="{ROW * 1.5}" x2="{at:.1f}" y2="{height - ROW}" stroke="{colour}"/>')
        parts.append(f'<text x="{at:.1f}" y="{height - 6}" text-anchor="middle" fill="#666">{10**power:g}</text>')
    for index, row in enumerate(rows):
        y = ROW * (index + 2.2)
        parts.append(f'<text x="10" y="{y + 4:.1f}">{escape(row["what"])}, {escape(row["way"])}</text>')
        parts.append(f'<line x1="{x(row["min"]):.1f}" y1="{y:.1f}" x2="{x(row["max"]):.1f}" y2="{y:.1f}" stroke="#268" stroke-width="3"/>')
        parts.append(f'<circle cx="{x(row["median"]):.1f}" cy="{y:.1f}" r="5" fill="#268"/>')
        parts.append(f'<text x="{x(row["max"]) + 9:.1f}" y="{y + 4:.1f}" fill="#268">{number(row["median"])}</text>')
    return "\n".join([*parts, "</svg>", ""])


def publish(project: pathlib.Path, measured):
    """Puts the chart into docs/, and the table between the two marks of docs/speed.md."""
    (project / "docs/bench.svg").write_text(chart(measured))
    page = project / "docs/speed.md"
    before, rest = page.read_text().split("<!-- bench -->\n", 1)
    after = rest.split("<!-- /bench -->", 1)[1]
    page.write_text(f"{before}<!-- bench -->\n{table(measured)}\n\n![the table as a chart](bench.svg)\n<!-- /bench -->{after}")
