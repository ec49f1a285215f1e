import { assertNodeVersion } from "../../provider/node-version";
import { startEmulator } from "../../test/emulator/emulator";
import { prepareEngine, type Engine } from "../engine/prepare-engine";
import { formatDuration } from "../engine/progress";
import { nextSteps } from "./next-steps";
import { PulumiCli } from "./pulumi-cli";
import { Stage } from "./stage";
import { steps } from "./steps";
import { Transcript } from "./transcript";
import { Workspace } from "./workspace";

/** Exit code after Ctrl-C, as shells have it. */
const interruptedCode = 130;

async function main(): Promise<number> {
  assertNodeVersion();
  const engine = await prepareEngine();
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interruption.abort();
    });
  }
  return run(engine, interruption.signal);
}

async function run(engine: Engine, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  const transcript = new Transcript();
  const workspace = new Workspace();
  const emulator = await startEmulator();
  const pulumi = new PulumiCli({
    command: engine.command,
    folder: workspace.projectFolder,
    env: workspace.createEnvironment(engine.env),
    transcript,
    signal,
  });
  transcript.line(
    `Pulumi ${engine.version} on a copy of examples/quickstart; a local Fluents API is the service.`,
  );
  transcript.line(`Not shown: ${pulumi.displayFlags.join(" ")} on each command, and rows of progress.`);
  const problem = await runSteps(new Stage(pulumi, emulator, workspace, transcript), signal);
  await emulator.close();
  workspace.remove();
  transcript.title(problem ?? `Done in ${formatDuration(performance.now() - startedAt)}`);
  transcript.line("Nothing is left running or on disk.");
  if (problem !== undefined) {
    return signal.aborted ? interruptedCode : 1;
  }
  transcript.line();
  transcript.line(nextSteps);
  return 0;
}

/** Runs all steps. Never throws: gives the text that says what went wrong, and where. */
async function runSteps(stage: Stage, signal: AbortSignal): Promise<string | undefined> {
  const { transcript } = stage;
  for (const [index, { title, story, run: runStep }] of steps.entries()) {
    transcript.title(`${index + 1} of ${steps.length}: ${title}`);
    transcript.line(story);
    try {
      await runStep(stage);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const where = `step ${index + 1}, "${title}"`;
      return signal.aborted ? `Interrupted in ${where}` : `The demo failed in ${where}: ${reason}`;
    }
  }
  return undefined;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `The demo could not start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
