// `node scripts/demo-picture.mjs`: runs the demo and draws what it printed as docs/demo.svg, the picture in the README.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const LINE_HEIGHT = 18;
const CHARACTER_WIDTH = 7.8;
const COLUMNS = 100;
const PADDING = 16;

const COLORS = {
  1: { weight: "bold" },
  2: { fill: "#8b949e" },
  31: { fill: "#ff7b72" },
  32: { fill: "#7ee787" },
  33: { fill: "#e3b341" },
  35: { fill: "#d2a8ff" },
  36: { fill: "#79c0ff" },
};

const output = execFileSync(process.execPath, [join(root, "packages/cli/bin/heddle.cjs"), "demo"], {
  encoding: "utf8",
  env: { ...process.env, FORCE_COLOR: "1" },
});
const lines = excerpt(output.split("\n"));
const height = lines.length * LINE_HEIGHT + 2 * PADDING;
const width = COLUMNS * CHARACTER_WIDTH + 2 * PADDING;
const text = lines.map((line, index) => drawLine(line, PADDING + (index + 1) * LINE_HEIGHT - 4)).join("\n");
writeFileSync(
  join(root, "docs", "demo.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>A run of the Heddle demo</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">
${text}
</g>
</svg>
`,
);
console.log(`docs/demo.svg: ${lines.length} lines`);

/** Folders that change from run to run get one name; wide lines are cut; what a reader can do without is left out. */
function excerpt(all) {
  const shown = all.map((line) => line.replace(/\S*heddle-demo-\w+/g, "/tmp/demo").replace(/session id:.*/, ""));
  const isDetail = (line) =>
    /^ℹ|duration_ms|^workdir|^provider|^reasoning|^index [0-9a-f]|^diff --git|^ +(at |async |generated|code:|actual:|expected:|operator:|\^)/.test(
      plain(line),
    );
  const kept = shown.filter((line) => !isDetail(line));
  const end = kept.findIndex((line) => plain(line).startsWith("tokens used"));
  return kept
    .slice(0, end === -1 ? undefined : end)
    .filter((line, index, list) => line !== "" || list[index - 1] !== "");
}

function plain(line) {
  return line.replace(/\u001b\[[\d;]*m/g, "");
}

function drawLine(line, y) {
  let style = {};
  let column = 0;
  const spans = [];
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const codes = /^\u001b\[([\d;]*)m$/.exec(part);
    if (codes !== null) {
      for (const code of codes[1].split(";")) style = restyle(style, Number(code));
    } else if (part !== "" && column < COLUMNS) {
      const shown = part.slice(0, COLUMNS - column);
      spans.push(drawSpan(shown, style, column));
      column += shown.length;
    }
  }
  return `<text y="${y}" xml:space="preserve">${spans.join("")}</text>`;
}

/** The style after one code: 0 ends all of it, 22 bold and dim, 39 the colour. */
function restyle(style, code) {
  if (code === 0) return {};
  if (code === 22 || code === 39) return code === 39 ? { weight: style.weight } : {};
  return { ...style, ...COLORS[code] };
}

function drawSpan(text, { fill, weight }, column) {
  const attributes = [
    `x="${(PADDING + column * CHARACTER_WIDTH).toFixed(1)}"`,
    fill === undefined ? "" : `fill="${fill}"`,
    weight === undefined ? "" : `font-weight="${weight}"`,
  ];
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<tspan ${attributes.filter(Boolean).join(" ")}>${escaped}</tspan>`;
}
