import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeTempFolder } from "./temp-folder";
import { TestStack } from "./stack";

const fixtures = join(__dirname, "..", "fixtures");

/** What a release left behind. The passphrase of its secrets is that of every stack under test. */
export interface StateFixture {
  /** What `pulumi stack export` gave, as text, without what tells of the machine. */
  readonly deployment: string;
  /** The emulator's state file, as text: the connections, under {@link testApiKey}. */
  readonly service: string;
}

/** Reads `test/fixtures/NAME.json` and `test/fixtures/NAME-service.json`. */
export function readStateFixture(name: string): StateFixture {
  const read = (file: string) => readFileSync(join(fixtures, file), "utf8");
  return { deployment: read(`${name}.json`), service: read(`${name}-service.json`) };
}

/**
 * Makes a stack with a service that masks credentials and keeps its connections in a file.
 *
 * @param service the file's first content. Default: no connection
 */
export async function startFixtureStack(
  program: string,
  service = "{}",
): Promise<{ stack: TestStack; stateFile: string }> {
  const stateFile = join(makeTempFolder(), "service.json");
  writeFileSync(stateFile, service);
  const stack = await TestStack.create({ program, emulator: { stateFile, credentials: "masked" } });
  return { stack, stateFile };
}

/** The program that made the fixture: `created` and `adopted`, which is the connection `adoptedId`. */
export function fixtureProgram(adoptedId: string, created: Readonly<Record<string, unknown>> = {}): string {
  const createdArgs = {
    type: "account_connection_rime",
    label: "Created",
    description: "Made by a stack",
    credentials: { oauth: { secret: "oauth-secret-0001" }, rime_api_key: "rime-key-0001" },
    steeringPool: ["+14155550101", "+14155550100"],
    accountSupportsAnyCallerId: true,
    config: { voicemail_detection: { enabled: true } },
    rotationTrigger: { round: 1 },
    onDelete: "scrub",
    ...created,
  };
  const adoptedArgs = {
    type: "account_connection_deepgram",
    connectionId: adoptedId,
    label: "Adopted",
    credentials: { deepgram_api_key: "deepgram-key-0001" },
  };
  return `const { AccountConnection } = require("pulumi-fluents");
new AccountConnection("created", ${JSON.stringify(createdArgs)});
new AccountConnection("adopted", ${JSON.stringify(adoptedArgs)});
`;
}
