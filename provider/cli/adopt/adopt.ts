import type { Client } from "../../api/client";
import type { Connection } from "../../api/wire";
import { FluentsError } from "../../errors";
import { splitPath } from "../../json";
import { connect, readStackSettings } from "../connect";
import { redactor } from "../redactor";
import { readProjectName } from "../project";
import type { ProjectOptions } from "../project-options";
import { explainNoStack, findProjectFile, Stack, type StackState } from "../stack";
import { completeCredentials, readAccount, type Skipped } from "./account";
import { listNeededValues, setValues } from "./config-values";
import { isWanted, type Filters } from "./filters";
import { loadNaming, nameConfigKeys, nameConnections, type Nameable } from "./naming";
import { checkOutputFile, writeOutputFile } from "./output-file";
import { writeProgram, type NamedResource } from "./program";
import { formatAsJson, formatAsText, type AdoptedConnection, type AdoptReport } from "./report";
import { planResource, type ResourcePlan } from "./resource";
import { SecretTexts } from "./secret-texts";

/** Options of `pulumi-fluents adopt`. */
export interface AdoptOptions extends ProjectOptions, Filters {
  /** File for the program, absolute. Default: standard output. */
  readonly out?: string | undefined;
  /** Overwrites the file, and other values in the stack's configuration. */
  readonly force: boolean;
  /** Sets the config values that Fluents shows. */
  readonly setConfig: boolean;
}

/**
 * Writes the program that adopts the connections of an account which the stack does not manage yet.
 *
 * @throws FluentsError if it cannot be done
 */
export async function adopt(options: AdoptOptions): Promise<void> {
  const { out, force: isForced } = options;
  const stack = await openStack(options);
  const { settings, problems } = readStackSettings(stack);
  if (problems !== undefined) {
    throw new FluentsError("invalid_configuration", problems.join("\n"));
  }
  const secretTexts = new SecretTexts();
  secretTexts.addSecrets([settings.apiKey, ...listConfigSecrets(stack)]);
  const state = await stack?.readState();
  const selection = await selectConnections(connect(settings), state, options, secretTexts);

  const { plans, skipped } = planResources(selection.wanted, secretTexts);
  const resources = await nameResources(plans, selection.account, state, secretTexts);
  const program = resources.length === 0 ? undefined : writeProgram(resources);
  const inTheWay =
    out === undefined || program === undefined ? "nothing" : checkOutputFile(out, program, isForced);
  const context = {
    config: stack?.config ?? new Map<string, never>(),
    project: readProjectName(options.cwd),
    isForced: isForced && options.setConfig,
  };
  let adopted = resources.map((resource): AdoptedConnection => ({
    resource,
    values: listNeededValues(resource, context),
  }));
  if (stack !== undefined && options.setConfig) {
    const needed = adopted.flatMap(({ values }) => values);
    await setValues(stack, needed, tell);
    adopted = adopted.map(markAsSet);
  }

  if (program !== undefined && out !== undefined && inTheWay !== "the same") {
    writeOutputFile(out, program, isForced);
  }
  const report: AdoptReport = {
    options,
    stack: stack?.name,
    program,
    isOverwritten: inTheWay === "another",
    adopted,
    skipped: [...selection.skipped, ...skipped],
    managedCount: selection.managedCount,
    filteredCount: selection.filteredCount,
    resourceCount: state?.resourceCount ?? 0,
  };
  if (options.json === true) {
    process.stdout.write(formatAsJson(report));
  } else if (out === undefined) {
    process.stdout.write(program ?? "");
  }
  tell(formatAsText(report));
}

/** The program and JSON alone go to standard output. */
function tell(text: string): void {
  console.error(text);
}

/** Outside a project there is no stack, and need not be one. */
async function openStack({ cwd, stack: name, setConfig }: AdoptOptions): Promise<Stack | undefined> {
  const stack = await Stack.open(cwd, name);
  if (stack !== undefined) {
    return stack;
  }
  const { reason, mend } = explainNoStack();
  if (setConfig) {
    throw new FluentsError("no_stack", `--set-config needs a stack, and ${reason}: ${mend}`);
  }
  if (findProjectFile(cwd) !== undefined) {
    tell(`warning: ${reason}, so connections that a stack manages are offered, too: ${mend}`);
  }
  return undefined;
}

function listConfigSecrets(stack: Stack | undefined): string[] {
  return [...(stack?.config.values() ?? [])].filter(({ isSecret }) => isSecret).map(({ value }) => value);
}

/** Which connections of the account get a resource. */
interface Selection {
  /** All of them: names depend on those that are not wanted too. */
  readonly account: readonly Connection[];
  readonly wanted: readonly Connection[];
  readonly skipped: readonly Skipped[];
  readonly managedCount: number;
  readonly filteredCount: number;
}

/** Reads the account. Its secrets are known to the redactor and to `secretTexts` then. */
async function selectConnections(
  client: Client,
  state: StackState | undefined,
  filters: Filters,
  secretTexts: SecretTexts,
): Promise<Selection> {
  await client.assertEnvironment();
  const account = await readAccount(client);
  rememberSecrets(account.connections, secretTexts);
  const managedIds = new Set(state?.managed.map(({ id }) => id));
  const unmanaged = account.connections.filter(({ id }) => !managedIds.has(id));
  const filtered = unmanaged.filter((connection) => isWanted(connection, filters));
  const wanted = await completeCredentials(client, filtered);
  rememberSecrets(wanted.connections, secretTexts);
  return {
    account: account.connections,
    wanted: wanted.connections,
    skipped: [...account.skipped.filter(({ id }) => !managedIds.has(id)), ...wanted.skipped],
    managedCount: account.connections.length - unmanaged.length,
    filteredCount: unmanaged.length - filtered.length,
  };
}

function rememberSecrets(connections: readonly Connection[], secretTexts: SecretTexts): void {
  for (const { credentials, config } of connections) {
    redactor.add(credentials);
    secretTexts.addCredentials(credentials);
    secretTexts.addConfig(config);
  }
}

function planResources(
  connections: readonly Connection[],
  secretTexts: SecretTexts,
): { readonly plans: readonly ResourcePlan[]; readonly skipped: readonly Skipped[] } {
  const plans: ResourcePlan[] = [];
  const skipped: Skipped[] = [];
  for (const connection of connections) {
    const { plan, problem } = planResource(connection, secretTexts);
    if (plan === undefined) {
      skipped.push({ id: connection.id, reason: problem });
    } else {
      plans.push(plan);
    }
  }
  return { plans, skipped };
}

async function nameResources(
  plans: readonly ResourcePlan[],
  account: readonly Connection[],
  state: StackState | undefined,
  secretTexts: SecretTexts,
): Promise<NamedResource[]> {
  const naming = await loadNaming();
  const owners = new Map<string, string | undefined>(state?.names.map((name) => [name, undefined]));
  for (const { name, id } of state?.managed ?? []) {
    owners.set(name, id);
  }
  const nameable = account.map(({ id, type, label }): Nameable => ({
    id,
    type,
    label: label !== undefined && secretTexts.isIn(label) ? undefined : label,
  }));
  const names = nameConnections(nameable, owners, naming);
  return plans.flatMap((plan) => {
    const { id, type } = plan.connection;
    const name = names.get(id);
    if (name === undefined) {
      return [];
    }
    const paths = plan.secrets.map(({ path }) => path);
    const keys = nameConfigKeys(name.variable, type, paths.map(splitPath), naming);
    return [{ name, plan, configKeys: new Map(paths.map((path, index) => [path, keys[index] ?? ""])) }];
  });
}

function markAsSet({ resource, values }: AdoptedConnection): AdoptedConnection {
  return {
    resource,
    values: values.map((value) => (value.status === "toSet" ? { ...value, status: "set" } : value)),
  };
}
