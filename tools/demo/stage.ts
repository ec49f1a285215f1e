import type { Emulator, Environment } from "../../test/emulator/emulator";
import { formatJournalEntry, type JournalEntry } from "../../test/emulator/journal";
import type { PulumiCli } from "./pulumi-cli";
import { demoSecrets } from "./secrets";
import type { Transcript } from "./transcript";
import type { Workspace } from "./workspace";

/** Requests that reached the API while a command ran. */
export type Requests = readonly Readonly<JournalEntry>[];

/** What the steps of the demo work with. */
export class Stage {
  constructor(
    readonly pulumi: PulumiCli,
    readonly emulator: Emulator,
    readonly workspace: Workspace,
    readonly transcript: Transcript,
  ) {}

  /** The service's truth, past its API: what the dashboard shows and changes. */
  get dashboard(): Environment {
    return this.emulator.environment(demoSecrets.fluentsApiKey);
  }

  /** The one connection of a type. */
  find(type: string) {
    const [found, ...others] = this.dashboard.list().filter((connection) => connection.type === type);
    if (found === undefined || others.length > 0) {
      throw new Error(`there should be one connection of type ${type}`);
    }
    return found;
  }

  /** Runs a command that talks to the API, and shows the requests. */
  async operate(...args: string[]): Promise<{ output: string; requests: Requests }> {
    const before = this.emulator.journal.length;
    const output = await this.pulumi.run(args);
    const requests = this.emulator.journal.slice(before);
    this.transcript.line(
      requests.length === 0 ? "No request reached the API." : "Requests that reached the API:",
    );
    for (const request of requests) {
      this.transcript.line(`  ${formatJournalEntry(request)}`);
    }
    return { output, requests };
  }

  /** @throws if what the demo says is not so */
  check(what: string, isSo: boolean): void {
    if (!isSo) {
      throw new Error(`this is not so: ${what}`);
    }
    this.transcript.checked(what);
  }
}
