import { Command } from "commander";

import { redactor } from "../redactor";
import { addProjectOptions, type ProjectOptions } from "../project-options";
import { examine } from "./examine";
import type { Finding } from "./finding";
import { formatJson, formatText, isHealthy } from "./report";

const help = `
Checks Node.js and Pulumi, the project and its packages, the stack's configuration and state, and with
requests that change nothing whether Fluents answers, accepts the API key, and has the stack's connections.
It shows where the API key is set, never the key.

Marks: ok; note (may be as it should); WRONG, with its mend; skip (not checked, for what is wrong above).

With --json: { "ok": boolean, "findings": [{ "level", "title", "detail"?, "mend"? }] },
level: "ok", "notice", "problem" or "skipped".

Exit codes:
  0  nothing is wrong; there may be notes
  1  something is wrong
  2  the arguments make no sense`;

/** `pulumi-fluents doctor`. */
export function createDoctorCommand(): Command {
  return addProjectOptions(new Command("doctor"))
    .description("Checks a project and says how to mend what is wrong.")
    .addHelpText("after", help)
    .action(async (options: ProjectOptions) => {
      const findings = (await examine(options)).map(redactFinding);
      process.stdout.write(options.json === true ? formatJson(findings) : formatText(findings));
      process.exitCode = isHealthy(findings) ? 0 : 1;
    });
}

function redactFinding({ level, title, detail, mend }: Finding): Finding {
  const redact = (text: string | undefined) => (text === undefined ? undefined : redactor.redact(text));
  return { level, title: redactor.redact(title), detail: redact(detail), mend: redact(mend) };
}
