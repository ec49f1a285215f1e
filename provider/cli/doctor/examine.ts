import { describeError } from "../../errors";
import type { ProjectOptions } from "../project-options";
import { checkConfiguration } from "./configuration";
import { checkConnections } from "./connections";
import { problem, skipped, type Examined, type Finding } from "./finding";
import { checkPackages } from "./packages";
import { checkProject } from "./project";
import { checkEnvironment, checkService } from "./service";
import { checkStack, checkState } from "./stack";
import { checkNode, checkPulumi } from "./tools";

/** Does all checks, in the order in which one depends on the other. Never throws. */
export async function examine({ cwd, stack: stackName }: ProjectOptions): Promise<Finding[]> {
  const findings: Finding[] = [];

  /** Does a check if all that it needs is there. */
  async function run<T, N extends Readonly<Record<string, unknown>>>(
    subject: string,
    needs: N,
    check: (needs: { readonly [K in keyof N]: NonNullable<N[K]> }) => Examined<T> | Promise<Examined<T>>,
  ): Promise<T | undefined> {
    const missing = Object.keys(needs).find((need) => needs[need] === undefined);
    if (missing !== undefined) {
      findings.push(skipped(subject, missing));
      return undefined;
    }
    try {
      const { findings: found, value } = await check(needs as { [K in keyof N]: NonNullable<N[K]> });
      findings.push(...found);
      return value;
    } catch (error) {
      findings.push(
        problem(`${subject}: the check itself failed`, {
          detail: describeError(error),
          mend: "run it again; if it fails again, report it with this message",
        }),
      );
      return undefined;
    }
  }

  const node = await run("Node.js", {}, () => checkNode());
  const cli = await run("Pulumi CLI", { "Node.js": node }, () => checkPulumi(cwd));
  const project = await run("project", { "Node.js": node }, () => checkProject(cwd));
  await run("packages", { project }, (known) => ({ findings: checkPackages(known.project.programFolder) }));
  const stack = await run("stack", { "Pulumi CLI": cli, project }, () => checkStack(cwd, stackName));
  const configuration = await run("configuration", { stack, project }, (known) =>
    checkConfiguration(known.stack, known.project),
  );
  const state = await run("state", { stack }, (known) => checkState(known.stack));
  const service = await run("service", { configuration }, (known) => checkService(known.configuration));
  const environment = await run("environment", { configuration, service }, (known) =>
    checkEnvironment(known.configuration, known.service),
  );
  await run("connections", { stack, state, service, environment }, async (known) => ({
    findings: await checkConnections(known.stack.name, known.state, known.service),
  }));
  return findings;
}
