import type { ConfigValue, Stack } from "../stack";
import type { NamedResource } from "./program";

/**
 * Where a config value stands: `set` in the stack; `toSet`: Fluents shows it and the stack does not have it; `masked`: only
 * the user knows it, and the stack has none; `differs`: the stack has another one than Fluents.
 */
export type ConfigStatus = "set" | "toSet" | "masked" | "differs";

/** A config value that the program needs. */
export interface NeededValue {
  /** Key in the project's own namespace. */
  readonly key: string;
  /** As text. Secret. */
  readonly value: string;
  readonly status: ConfigStatus;
}

/** The stack's configuration, and how to read it. */
export interface ConfigContext {
  /** Configuration by full name; empty without a stack. */
  readonly config: ReadonlyMap<string, ConfigValue>;
  /** Namespace of the project's own keys. */
  readonly project: string | undefined;
  /** Whether other values in the stack give way. */
  readonly isForced: boolean;
}

/** The config values that a resource needs. */
export function listNeededValues(
  { plan, configKeys }: NamedResource,
  { config, project, isForced }: ConfigContext,
): NeededValue[] {
  return plan.secrets.map(({ path, value, isMasked }) => {
    const key = configKeys.get(path) ?? "";
    const text = String(value);
    const present = config.get(`${project ?? ""}:${key}`);
    if (isMasked) {
      return { key, value: text, status: present === undefined ? "masked" : "set" };
    }
    if (present?.value === text) {
      return { key, value: text, status: present.isSecret ? "set" : "toSet" };
    }
    return { key, value: text, status: present === undefined || isForced ? "toSet" : "differs" };
  });
}

/** Values between two reports of progress: each takes about half a second. */
const progressStep = 20;

/** Sets the values that are to be set, one after the other: Pulumi rewrites the file each time. */
export async function setValues(
  stack: Stack,
  needed: readonly NeededValue[],
  report: (line: string) => void,
): Promise<void> {
  const missing = needed.filter(({ status }) => status === "toSet");
  for (const [index, { key, value }] of missing.entries()) {
    if (index > 0 && index % progressStep === 0) {
      report(`${index} of ${missing.length} config values are set`);
    }
    await stack.setSecret(key, value);
  }
  if (missing.length > 0) {
    report(`Config values set in the stack: ${missing.length}.`);
  }
}
