import type { AnsiCode } from "@alcalzone/ansi-tokenize" with { "resolution-mode": "import" };

/** Widest line, in characters. */
export const widestLine = 100;

const fontSizePx = 14;
const characterWidthPx = 8.4;
const lineHeightPx = 20;
const marginPx = 20;

/** A terminal of its own colours: the same on a light and on a dark page. */
const background = "#1c2128";
const border = "#444c56";
const foreground = "#d1d7e0";

/** The sixteen colours of a terminal, in its order: dark ones, then bright ones. */
const palette = [
  ...["#768390", "#f47067", "#57ab5a", "#d2a922", "#539bf5", "#b083f0", "#39c5cf", "#d1d7e0"],
  ...["#8d96a0", "#ff938a", "#6bc46d", "#e3b341", "#6cb6ff", "#dcbdfb", "#56d4dd", "#f6f8fa"],
];

/** A part of a line in one style. */
interface Span {
  text: string;
  readonly style: string;
}

/**
 * Draws what a terminal shows as an SVG.
 *
 * @param lines lines with the escape sequences of colours and bold type
 * @param title what the picture shows, for those who do not see it
 * @throws if a line is wider than {@link widestLine}
 */
export async function drawTerminal(lines: readonly string[], title: string): Promise<string> {
  const rows = await Promise.all(lines.map(readSpans));
  const widths = rows.map((spans) => spans.reduce((width, { text }) => width + text.length, 0));
  const tooWide = widths.findIndex((width) => width > widestLine);
  if (tooWide >= 0) {
    throw new Error(`line ${tooWide + 1} has more than ${widestLine} characters: ${lines[tooWide] ?? ""}`);
  }
  const width = Math.ceil(Math.max(...widths) * characterWidthPx) + 2 * marginPx;
  const height = lines.length * lineHeightPx + 2 * marginPx;
  const texts = rows.map((spans, index) => {
    const baseline = marginPx + (index + 0.75) * lineHeightPx;
    // Whatever the font, columns stay under each other.
    const length = ((widths[index] ?? 0) * characterWidthPx).toFixed(1);
    const parts = spans.map(
      ({ text, style }) => `<tspan${style === "" ? "" : ` style="${style}"`}>${escapeXml(text)}</tspan>`,
    );
    return parts.length === 0
      ? ""
      : `<text x="${marginPx}" y="${baseline}" textLength="${length}" xml:space="preserve">${parts.join("")}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeXml(title)}</title>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${background}" stroke="${border}"/>
<g fill="${foreground}" font-size="${fontSizePx}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace">
${texts.join("")}</g>
</svg>
`;
}

async function readSpans(line: string): Promise<Span[]> {
  const { styledCharsFromTokens, tokenize } = await import("@alcalzone/ansi-tokenize");
  const spans: Span[] = [];
  for (const { value, styles } of styledCharsFromTokens(tokenize(line.trimEnd()))) {
    const style = styles.map(toCss).sort().join(";");
    const last = spans.at(-1);
    if (last?.style === style) {
      last.text += value;
    } else {
      spans.push({ text: value, style });
    }
  }
  return spans;
}

/** @throws if the picture has no equivalent */
function toCss({ code }: AnsiCode): string {
  const parameters = code.slice(2, -1);
  if (parameters === "1") {
    return "font-weight:bold";
  }
  const named = /^([39])([0-7])$/.exec(parameters);
  const index =
    named === null ? /^38;5;(\d+)$/.exec(parameters)?.[1] : Number(named[2]) + (named[1] === "9" ? 8 : 0);
  const colour = palette[Number(index)];
  if (colour === undefined) {
    throw new Error(`the picture does not know the style ${JSON.stringify(code)}`);
  }
  return `fill:${colour}`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
