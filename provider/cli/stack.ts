import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { z } from "zod";

import { FluentsError } from "../errors";
import { isJsonObject, parseJson, type JsonObject } from "../json";
import { readResourceName, resourceType } from "../resource-type";
import { runPulumi } from "./pulumi";
import { redactor } from "./redactor";

/** A value of the stack's configuration. */
export interface ConfigValue {
  /** In clear. Secret if `isSecret`. */
  readonly value: string;
  readonly isSecret: boolean;
}

/** A connection that the state of a stack holds. */
export interface ManagedConnection {
  readonly urn: string;
  /** Name of the resource. */
  readonly name: string;
  /** Id of the connection. */
  readonly id: string;
}

/** What the state of a stack says, secrets left out. */
export interface StackState {
  /** Connections that a resource manages; those of `AccountConnection.get` are not among them. */
  readonly managed: readonly ManagedConnection[];
  /** Those of `AccountConnection.get`. */
  readonly lookedUp: readonly ManagedConnection[];
  /** Names that no other connection can have in this stack: those of `AccountConnection.get` too. */
  readonly names: readonly string[];
  /** How many resources of all types it has, besides the stack itself and what connects to providers. */
  readonly resourceCount: number;
  /** URNs of connections that an interrupted `pulumi up` was about to write. */
  readonly pendingOperations: readonly string[];
  /** URNs of other resources that it was about to write. */
  readonly otherPendingOperations: readonly string[];
  /**
   * The `fluents:*` configuration of the last `pulumi up`, which `pulumi refresh` and `pulumi destroy` use, in clear if the
   * state was decrypted; absent as long as there was none. Secret.
   */
  readonly storedConfig: ReadonlyMap<string, string> | undefined;
}

const configSchema = z.record(
  z.string(),
  z.object({ value: z.string().optional(), secret: z.boolean().optional() }),
);

const exportSchema = z.object({
  deployment: z
    .object({
      resources: z
        .array(
          z.object({
            urn: z.string(),
            type: z.string(),
            id: z.string().optional(),
            external: z.boolean().optional(),
            delete: z.boolean().optional(),
            inputs: z.record(z.string(), z.unknown()).optional(),
          }),
        )
        .nullish(),
      pending_operations: z
        .array(z.object({ resource: z.object({ urn: z.string(), type: z.string() }) }))
        .nullish(),
    })
    .nullish(),
});

const stacksSchema = z.array(z.object({ name: z.string(), current: z.boolean().optional() }));

/** @throws FluentsError `pulumi_failed` without the answer, in which secrets may be in clear */
function parseAnswer<T>(schema: z.ZodType<T>, json: string): T {
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    throw new FluentsError(
      "pulumi_failed",
      "`pulumi` did not answer with the JSON that it promises: see that `pulumi version` is 3.216 or later",
    );
  }
}

/** End of the URN of what Pulumi keeps of the provider of dynamic resources. */
const defaultProvider = "::pulumi:providers:pulumi-nodejs::default";

function readStoredConfig(inputs: JsonObject | undefined): ReadonlyMap<string, string> | undefined {
  return (
    inputs &&
    new Map(
      Object.entries(inputs).flatMap(([key, stored]) => {
        const value = isJsonObject(stored) ? parseJson(String(stored.plaintext)) : stored;
        return key.startsWith("fluents:") && typeof value === "string" ? [[key, value]] : [];
      }),
    )
  );
}

const projectFiles = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** Path of the project file of a folder or of the nearest folder above it; absent if there is none. */
export function findProjectFile(folder: string): string | undefined {
  const file = projectFiles.map((name) => join(folder, name)).find((path) => existsSync(path));
  const parent = dirname(folder);
  return file ?? (parent === folder ? undefined : findProjectFile(parent));
}

/** Why no stack is selected, and what mends it. */
export function explainNoStack(): { readonly reason: string; readonly mend: string } {
  const ofEnvironment = process.env.PULUMI_STACK;
  return ofEnvironment === undefined
    ? {
        reason: "no stack is selected",
        mend:
          "`pulumi stack select`, or `pulumi stack init dev` if there is none; or give `--stack NAME`. If there should be one: " +
          "`pulumi whoami --verbose` tells in which backend it is looked for",
      }
    : {
        reason: `the stack that PULUMI_STACK names, "${ofEnvironment}", is none of this project`,
        mend: "`unset PULUMI_STACK`, or give `--stack NAME`",
      };
}

/** A stack of the project around a folder, as `pulumi` has it. */
export class Stack {
  private constructor(
    private readonly folder: string,
    readonly name: string,
    /** Configuration by full name, e.g. `fluents:apiKey`. */
    readonly config: ReadonlyMap<string, ConfigValue>,
  ) {}

  /**
   * Reads the configuration of a stack. From now on the redactor knows its secrets.
   *
   * @param folder a folder inside the project
   * @param name name of the stack. Default: the one that is selected.
   * @returns `undefined` if no name is given and there is no project, or no stack of it is selected
   * @throws FluentsError `pulumi_failed`, e.g. if the passphrase is missing
   */
  static async open(folder: string, name: string | undefined): Promise<Stack | undefined> {
    const stackName = name ?? (await findSelectedStack(folder));
    if (stackName === undefined) {
      return undefined;
    }
    const json = await runPulumi(["config", "--json", "--show-secrets", "--stack", stackName], {
      cwd: folder,
    });
    const config = new Map(
      Object.entries(parseAnswer(configSchema, json)).map(([key, { value = "", secret = false }]) => [
        key,
        { value, isSecret: secret },
      ]),
    );
    addSecrets(config);
    return new Stack(folder, stackName, config);
  }

  /**
   * Reads the state.
   *
   * @param decrypts whether to fail where its secrets cannot be decrypted, though nothing looks at them
   */
  async readState({ decrypts = false } = {}): Promise<StackState> {
    const json = await this.#run(["stack", "export", ...(decrypts ? ["--show-secrets"] : [])]);
    const { deployment } = parseAnswer(exportSchema, json);
    const all = deployment?.resources ?? [];
    const resources = all
      .filter(({ type }) => type === resourceType)
      .map((resource) => ({ ...resource, name: readResourceName(resource.urn) }));
    const select = (isExternal: boolean): ManagedConnection[] =>
      resources
        .filter((resource) => (resource.external ?? false) === isExternal && resource.delete !== true)
        .flatMap(({ urn, name, id }) => (id === undefined ? [] : [{ urn, name, id }]));
    const listPending = (isOurs: boolean): string[] =>
      (deployment?.pending_operations ?? [])
        .filter(({ resource }) => (resource.type === resourceType) === isOurs)
        .map(({ resource }) => resource.urn);
    return {
      managed: select(false),
      lookedUp: select(true),
      names: resources.map(({ name }) => name),
      resourceCount: all.filter(({ type }) => !/^pulumi:(?:pulumi:Stack$|providers:)/.test(type)).length,
      pendingOperations: listPending(true),
      otherPendingOperations: listPending(false),
      storedConfig: readStoredConfig(all.find(({ urn }) => urn.endsWith(defaultProvider))?.inputs),
    };
  }

  /** Sets a secret of the configuration. */
  async setSecret(key: string, value: string): Promise<void> {
    // Pulumi takes one line break off the end of what it reads.
    await this.#run(["config", "set", "--secret", key], `${value}\n`);
  }

  async #run(args: readonly string[], input = ""): Promise<string> {
    return runPulumi([...args, "--stack", this.name], { cwd: this.folder, input });
  }
}

/** Also a key that stands in clear, and what is inside a structured value. */
function addSecrets(config: ReadonlyMap<string, ConfigValue>): void {
  for (const [key, { value, isSecret }] of config) {
    if (isSecret || key === "fluents:apiKey") {
      redactor.add([value, parseJson(value)]);
    }
  }
}

async function findSelectedStack(folder: string): Promise<string | undefined> {
  if (findProjectFile(folder) === undefined) {
    return undefined;
  }
  const stacks = parseAnswer(stacksSchema, await runPulumi(["stack", "ls", "--json"], { cwd: folder }));
  return stacks.find(({ current }) => current === true)?.name;
}
