// Stands in for GitHub's CLI: `gh api`, with the options that the pipelines use and no other.
const { readFileSync } = require("node:fs");
const { parseArgs } = require("node:util");
const jq = require("jq-wasm");

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      method: { type: "string", default: "GET" },
      paginate: { type: "boolean" },
      silent: { type: "boolean" },
      jq: { type: "string" },
      field: { type: "string", multiple: true, default: [] },
      "raw-field": { type: "string", multiple: true, default: [] },
    },
  });
  const [command, target, ...others] = positionals;
  if (command !== "api" || others.length > 0) {
    throw new Error(`gh ${positionals.join(" ")} is not known here`);
  }
  const fields = [
    ...values["raw-field"].map(split),
    ...values.field.map(split).map(([name, text]) => {
      return [name, text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text];
    }),
  ];
  const response = await fetch(
    target.startsWith("http") ? target : `${process.env.GITHUB_API_URL}/${target}`,
    {
      method: values.method,
      headers: { authorization: `Bearer ${process.env.GH_TOKEN}`, "content-type": "application/json" },
      ...(fields.length > 0 && { body: JSON.stringify(Object.fromEntries(fields)) }),
    },
  );
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}: ${text}`);
  }
  if (!values.silent) {
    const shown = values.jq === undefined ? text : await jq.raw(text, values.jq, ["-r"]);
    console.log(shown.trimEnd());
  }
}

function split(field) {
  const at = field.indexOf("=");
  return [field.slice(0, at), field.slice(at + 1)];
}

main().catch((error) => {
  console.error(`gh: ${error.message}`);
  process.exitCode = 1;
});
