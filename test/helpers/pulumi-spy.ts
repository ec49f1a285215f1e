import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import type { TestStack } from "./stack";

/** A `pulumi` that stands before the real one. */
export interface PulumiSpy {
  /** Environment in which it is found. */
  readonly env: NodeJS.ProcessEnv;
  /** The command lines of its runs, and of all processes that ran at the same time, a line each. */
  readCommandLines(): string;
}

/**
 * Puts a `pulumi` before the real one that notes command lines, and misbehaves where the environment asks for it.
 *
 * @param variable of the environment: an argument with which `action` takes the place of the command
 * @param action lines for the shell; `$PULUMI` is the real command
 */
export function spyOnPulumi(stack: TestStack, variable: string, action: string): PulumiSpy {
  const folder = join(stack.folder, "spy");
  const log = join(folder, "log");
  mkdirSync(folder);
  if (!existsSync("/proc/self/cmdline")) {
    console.warn("      no /proc here: only the command lines of pulumi are looked at");
  }
  writeFileSync(
    join(folder, "pulumi"),
    `#!/bin/sh
{
  printf '%s ' pulumi "$@"
  echo
  for process in /proc/[0-9]*; do
    tr '\\0' ' ' < "$process/cmdline"
    echo
  done
} >> '${log}' 2> /dev/null
PULUMI='${stack.command}'
case " $* " in
  *" $${variable} "*)
    ${action}
    exit ;;
esac
exec "$PULUMI" "$@"
`,
  );
  chmodSync(join(folder, "pulumi"), 0o755);
  return {
    env: { ...stack.env, PATH: `${folder}${delimiter}${stack.env.PATH ?? ""}` },
    readCommandLines: () => readFileSync(log, "utf8"),
  };
}
