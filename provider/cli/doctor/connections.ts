import type { ManagedConnection, StackState } from "../stack";
import { notice, ok, problem, type Finding } from "./finding";
import type { Service } from "./service";

/** Connections that are named in one finding. */
const longestList = 10;

/** Compares the connections in the state with those at Fluents. */
export async function checkConnections(
  stackName: string,
  { managed, lookedUp }: StackState,
  service: Service,
): Promise<Finding[]> {
  const [gone, goneLookups] = [await findGone(managed, service), await findGone(lookedUp, service)];
  const known = new Set([...managed, ...lookedUp].map(({ id }) => id));
  const unmanaged = service.connections.filter(({ id }) => !known.has(id));
  const findings = [
    ...describeGone(stackName, gone),
    ...describeGoneLookups(stackName, goneLookups),
    ...describeUnmanaged(stackName, unmanaged),
  ];
  return findings.length === 0 ? [ok("the state and Fluents have the same connections")] : findings;
}

/** The list may have changed between its pages: what it lacks is asked for by its id. */
async function findGone(
  connections: readonly ManagedConnection[],
  { client, connections: listed }: Service,
): Promise<ManagedConnection[]> {
  const ids = new Set(listed.map(({ id }) => id));
  const missing = connections.filter(({ id }) => !ids.has(id));
  const found = await Promise.all(missing.map(({ id }) => client.find(id)));
  return missing.filter((_, index) => found[index] === undefined);
}

function describeGone(stackName: string, gone: readonly ManagedConnection[]): Finding[] {
  return gone.length === 0
    ? []
    : [
        problem(`connections of the state that are gone at Fluents: ${gone.length}`, {
          detail: formatList(gone.map(({ name, id }) => `${id} (resource "${name}")`)),
          mend: [
            "if they were deleted: take their connectionId lines, if any, out of the program; " +
              `\`pulumi refresh --stack ${stackName}\`, then \`pulumi up --stack ${stackName}\``,
            `if the API key is one of another environment: \`pulumi config set --secret fluents:apiKey --stack ${stackName}\``,
            `if the refresh refuses, since the key or the address was changed too: run the command that it prints`,
          ].join("\n"),
        }),
      ];
}

function describeGoneLookups(stackName: string, gone: readonly ManagedConnection[]): Finding[] {
  return gone.map(({ name, id }) =>
    problem(`connection ${id}, which AccountConnection.get("${name}", …) reads, is gone at Fluents`, {
      mend: `give another id to that call, or remove it; then \`pulumi up --stack ${stackName}\``,
    }),
  );
}

/** Labels are left out: a program may hold them for secrets. */
function describeUnmanaged(
  stackName: string,
  unmanaged: readonly { readonly id: string; readonly type: string }[],
): Finding[] {
  return unmanaged.length === 0
    ? []
    : [
        notice(`connections at Fluents that no resource of ${stackName} manages: ${unmanaged.length}`, {
          detail: formatList(unmanaged.map(({ id, type }) => `${id} (${type})`)),
          mend: `to manage them here: \`npx pulumi-fluents adopt --stack ${stackName}\``,
        }),
      ];
}

function formatList(lines: readonly string[]): string {
  const rest = lines.length - longestList;
  return [...lines.slice(0, longestList), ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n");
}
