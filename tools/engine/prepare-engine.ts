import { buildEngine } from "./build-engine";
import { chooseEngine, type Engine } from "./choose-engine";
import { downloadEngine } from "./download-engine";
import { createProgressPrinter, type ReportProgress } from "./progress";

export type { Engine } from "./choose-engine";

/** Options of {@link prepareEngine}. */
export interface PrepareEngineOptions {
  /** Receives what happens while an engine is downloaded or built. Default: it is printed on stderr. */
  onProgress?: ReportProgress;
}

/**
 * Finds a Pulumi engine, or gets one: the CLI on PATH, the copy of an earlier run, the official download, a build with Go.
 * Says nothing, and takes no time to speak of, when the machine has one.
 *
 * @throws {Error} when there is none and none can be got; the message says how to install Pulumi or Go
 */
export function prepareEngine(options: PrepareEngineOptions = {}): Promise<Engine> {
  const report = options.onProgress ?? createProgressPrinter(process.stderr);
  return chooseEngine({ download: downloadEngine, build: buildEngine }, report, process.env);
}
