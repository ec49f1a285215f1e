import { bounds, computeRotationSeconds, findPeak, stateCount } from "./bounds";
import { listCounts, selectSamples, summarise, type Results } from "./results";
import { findMedian, type Contender } from "./sample";
import type { StatePart } from "./state-size";
import { verbs } from "./verbs";

const absent = "–";

const introduction = `# Performance

What \`pulumi up\` and its kin cost with this package, beside what else one could use, on the same engine and the same local
Fluents API:

- **null**: a dynamic provider that does nothing, in the form of the tutorials: a closure that \`pulumi.dynamic.Resource\`
  serialises ([bench/programs/null.js](../bench/programs/null.js)). It sends no requests; its time is the engine's own.
- **pulumi-fluents**: this package.
- **naive**: a dynamic provider as the tutorials write it, a closure around \`fetch\`
  ([bench/programs/naive.js](../bench/programs/naive.js)). It does not retry, limit, check or guard anything.
- **curl**: a shell loop, \`xargs -P 10\`, without any state. It has no previews and does not know what changed.

All programs are JavaScript and declare the same connections; the \`up\`s run with \`--skip-preview\`. Each verb is run with one
contender after the other. Figures are medians; a dash stands for what was not measured, or has no meaning for curl. Times in
seconds hold for this machine only; compare the ratios.

To measure again: \`npm run bench\`, two to five hours on two cores, writes this page, its picture and the measured values,
[performance.json](performance.json). \`npm run bench -- --quick\` prints a look at 100 connections without latency, in
less than five minutes.
`;

/** The document about a run. */
export function renderReport(results: Results): string {
  const { machine } = results;
  const counts = listCounts(results);
  return [
    introduction,
    `Measured with ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}, Node.js ${machine.node}, Pulumi CLI ` +
      `${machine.cli}, \`@pulumi/pulumi\` ${machine.sdk}.\n`,
    "![Time over the null provider, by verb](performance.svg)\n",
    "## What must hold\n",
    renderBounds(results),
    ...counts.map((count) => renderCount(results, count)),
    "## Memory\n",
    "Peak of the provider process's resident memory, the highest of all verbs.\n",
    renderMemory(results, counts),
    "## State\n",
    renderState(results),
    "## Start of the program\n",
    renderStarts(results),
  ].join("\n");
}

function renderBounds(results: Results): string {
  const rows = bounds.map(({ title, limit, isCount = false, measure }) => {
    const value = measure(results);
    const format = (figure: number) => (isCount ? String(figure) : figure.toFixed(2));
    return [
      title,
      `≤ ${format(limit)}`,
      value === undefined ? "not measured" : format(value),
      value === undefined ? absent : value <= limit ? "yes" : "**no**",
    ];
  });
  const shortest = computeRotationSeconds(results);
  const explanation =
    "The shortest possible rotation is what the null provider takes for the same update, and the latency once for each batch of " +
    "as many updates as run at a time: by the engine 4 for each core, by `fluents:maxConcurrency` 10" +
    (shortest === undefined ? ".\n" : `. Here: ${shortest.toFixed(2)} s.\n`);
  const causes = bounds
    .filter(({ cause, limit, measure }) => cause !== undefined && (measure(results) ?? 0) > limit)
    .map(({ title, cause = "" }) => `- ${title}: ${cause}.\n`);
  const missed = causes.length === 0 ? "" : `\nWhy what is missed is missed:\n\n${causes.join("")}`;
  return `${renderTable(["", "limit", "measured", "holds"], rows)}\n${explanation}${missed}`;
}

function renderCount(results: Results, count: number): string {
  const latencies = [...new Set(results.samples.map(({ latencyMs }) => latencyMs))].toSorted((a, b) => a - b);
  const rows = verbs.flatMap((verb) =>
    latencies.map((latencyMs) => {
      const select = (contender: Contender) => ({ contender, count, latencyMs, verb: verb.slug });
      const time = (contender: Contender) =>
        summarise(results, select(contender), (sample) => sample.seconds);
      const requests = (contender: Contender) =>
        summarise(results, select(contender), (sample) => sample.requests) ?? absent;
      const none = time("null");
      return [
        verb.title,
        `${latencyMs} ms`,
        formatSeconds(none),
        formatRatio(time("fluents"), none),
        formatRatio(time("naive"), none),
        formatSeconds(time("curl")),
        `${requests("fluents")} / ${requests("naive")} / ${requests("curl")}`,
      ];
    }),
  );
  const repetitions = verbs
    .flatMap(({ slug: verb }) =>
      latencies.map(
        (latencyMs) => selectSamples(results, { contender: "fluents", count, latencyMs, verb }).length,
      ),
    )
    .filter((number) => number > 0);
  const [fewest, most] = [Math.min(...repetitions), Math.max(...repetitions)];
  const header = ["", "latency", "null", "pulumi-fluents", "naive", "curl", "requests: ours / naive / curl"];
  const title = count === 1 ? "1 connection" : `${count.toLocaleString("en")} connections`;
  const runs =
    most === 1 ? "One run." : `Medians of ${fewest === most ? most : `${fewest} to ${most}`} runs.`;
  return `## ${title}\n\n${runs}\n\n${renderTable(header, rows)}`;
}

function renderMemory(results: Results, counts: readonly number[]): string {
  const rows = counts.map((count) => {
    const none = findPeak(results, "null", count);
    const format = (contender: "fluents" | "naive") => {
      const peak = findPeak(results, contender, count);
      return peak === undefined || none === undefined
        ? absent
        : `${formatMebibytes(peak)} (× ${(peak / none).toFixed(2)})`;
    };
    return [
      count.toLocaleString("en"),
      none === undefined ? absent : formatMebibytes(none),
      format("fluents"),
      format("naive"),
    ];
  });
  return renderTable(["connections", "null", "pulumi-fluents", "naive"], rows);
}

const partTitles: readonly (readonly [StatePart | "total", string])[] = [
  ["providerText", "provider text, twice"],
  ["inputs", "inputs"],
  ["outputs", "outputs"],
  ["record", "hidden record"],
  ["rest", "the engine's own: URN, times, dependencies"],
  ["total", "all"],
];

function renderState(results: Results): string {
  const count = stateCount;
  const size = (contender: Contender, part: StatePart | "total") =>
    summarise(results, { contender, count, latencyMs: 0, verb: "create" }, ({ state }) => state?.[part]);
  const rows = partTitles.map(([part, title]) => [
    title,
    ...(["null", "fluents", "naive"] as const).map(
      (contender) => size(contender, part)?.toFixed(0) ?? absent,
    ),
  ]);
  const explanation =
    `Bytes of the state file for each of ${count.toLocaleString("en")} connections after the first \`up\`, credentials encrypted. ` +
    "The engine writes the whole file at every step of an operation, so that with many resources its size is their speed.\n";
  return `${explanation}\n${renderTable(["part", "null", "pulumi-fluents", "naive"], rows)}`;
}

function renderStarts({ starts }: Results): string {
  const kinds = [...new Set(starts.map(({ kind }) => kind))];
  const time = (kind: string) =>
    findMedian(starts.filter((sample) => sample.kind === kind).map(({ seconds }) => seconds));
  const base = time("JavaScript");
  const rows = kinds.map((kind) => [kind, formatSeconds(time(kind)), `× ${(time(kind) / base).toFixed(2)}`]);
  const explanation =
    "A `preview` of one connection without a change, by the language of the program. Pulumi runs TypeScript by ts-node, which " +
    "checks types at each run unless `tsconfig.json` says otherwise.\n";
  return `${explanation}\n${renderTable(["program", "time", "over JavaScript"], rows)}`;
}

function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

function formatSeconds(seconds: number | undefined): string {
  return seconds === undefined ? absent : `${seconds.toFixed(2)} s`;
}

function formatRatio(seconds: number | undefined, base: number | undefined): string {
  return seconds === undefined || base === undefined
    ? absent
    : `${formatSeconds(seconds)} (× ${(seconds / base).toFixed(2)})`;
}

function formatMebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
