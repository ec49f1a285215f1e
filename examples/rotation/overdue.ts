import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";

/** What the report needs of a resource in an exported state; nothing of it is a secret. */
interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly delete?: boolean;
  readonly inputs?: { readonly credentials?: unknown };
  readonly outputs?: { readonly credentialsRotatedAt?: string | null };
}

const dayMs = 24 * 60 * 60 * 1000;

/** A line for each connection whose credentials were last sent more than `days` ago, or never by Pulumi. */
function listOverdue(resources: readonly Resource[], days: number): string[] {
  return resources
    .filter(
      ({ type, inputs, delete: isReplaced }) =>
        type === "pulumi-nodejs:dynamic/fluents:AccountConnection" &&
        inputs?.credentials !== undefined &&
        isReplaced !== true,
    )
    .flatMap(({ urn, outputs }) => {
      const name = urn.slice(urn.lastIndexOf("::") + 2);
      const rotatedAt = outputs?.credentialsRotatedAt ?? undefined;
      if (rotatedAt === undefined) {
        return [`overdue: ${name}, never sent by Pulumi`];
      }
      const ageDays = (Date.now() - Date.parse(rotatedAt)) / dayMs;
      return ageDays <= days
        ? []
        : [`overdue: ${name}, last sent ${rotatedAt}, ${Math.floor(ageDays)} days ago`];
    });
}

/** The error of `JSON.parse` would quote the text. */
function parseState(exported: string): readonly Resource[] {
  try {
    const { deployment } = JSON.parse(exported) as { deployment: { resources?: Resource[] } };
    return deployment.resources ?? [];
  } catch {
    throw new Error("standard input has no exported state");
  }
}

/** @throws if the arguments or the state cannot be read */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { days: { type: "string", default: "90" } } });
  if (!/^\d+$/.test(values.days)) {
    throw new Error("--days must be a whole number");
  }
  for (const line of listOverdue(parseState(await text(process.stdin)), Number(values.days))) {
    console.error(line);
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`usage: pulumi stack export | npx ts-node overdue.ts --days N\n${reason}`);
  process.exitCode = 2;
});
