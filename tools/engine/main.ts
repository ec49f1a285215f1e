import { spawn } from "node:child_process";
import { prepareEngine } from "./prepare-engine";

async function main(args: string[]): Promise<void> {
  const engine = await prepareEngine();
  const child = spawn(engine.command, args, {
    // npm runs scripts in the package's folder; the stack is in the folder where the user typed the command.
    cwd: process.env["INIT_CWD"] ?? process.cwd(),
    env: { ...process.env, ...engine.env },
    stdio: "inherit",
  });
  // Ctrl-C reaches Pulumi too, which then finishes what is in flight: wait for it.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => child.kill(signal));
  }
  child.once("error", (error) => {
    process.stderr.write(`could not start ${engine.command}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.once("exit", (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    process.exitCode = code ?? 1;
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
