import { init } from "echarts";

import { listCounts, summarise, type Results } from "./results";
import { verbs } from "./verbs";

const width = 960;
const height = 420;
const latencyMs = 50;

const contenders = [
  { contender: "fluents", name: "pulumi-fluents", color: "#2f6fde" },
  { contender: "naive", name: "naive", color: "#c9a227" },
] as const;

/** Draws the times over the null provider's, for the two largest sizes, as SVG. */
export function renderChart(results: Results): string {
  const counts = listCounts(results).slice(-2);
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: {
      text: "Time over the null provider: shorter is faster",
      subtext: `API latency ${latencyMs} ms; the null provider (dashed line) sends nothing`,
      left: "center",
    },
    legend: { bottom: 0, data: contenders.map(({ name }) => name) },
    grid: counts.map((_, index) => ({
      left: `${8 + index * 48}%`,
      width: "42%",
      top: 90,
      bottom: 70,
    })),
    xAxis: counts.map((count, gridIndex) => ({
      gridIndex,
      type: "value",
      name: `${count.toLocaleString("en")} connections`,
      nameLocation: "middle",
      nameGap: 26,
      min: 0,
    })),
    yAxis: counts.map((_, gridIndex) => ({
      gridIndex,
      type: "category",
      inverse: true,
      data: verbs.map(({ title }) => title.replaceAll("`", "")),
      axisLabel: { show: gridIndex === 0, fontSize: 11 },
    })),
    series: counts.flatMap((count, index) =>
      contenders.map(({ contender, name, color }) => ({
        type: "bar",
        name,
        color,
        xAxisIndex: index,
        yAxisIndex: index,
        label: { show: true, position: "insideRight", fontSize: 10, formatter: "{c}" },
        data: verbs.map(({ slug }) => {
          const time = (which: "fluents" | "naive" | "null") =>
            summarise(results, { contender: which, count, latencyMs, verb: slug }, ({ seconds }) => seconds);
          const [own, none] = [time(contender), time("null")];
          return own === undefined || none === undefined ? null : Number((own / none).toFixed(2));
        }),
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: "#444444", type: "dashed" },
          data: [{ xAxis: 1 }],
        },
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return numberClasses(svg);
}

const classNames = /zr\d+-cls-\d+/g;

/** Names the classes by their order in the text: ECharts goes on counting them with each chart of a process. */
function numberClasses(svg: string): string {
  const names = new Set(svg.match(classNames));
  return svg.replaceAll(classNames, (name) => `class-${[...names].indexOf(name)}`);
}
