import { demoSecrets, findSecrets } from "./secrets";
import type { Requests, Stage } from "./stage";

/** One step of the demo. */
export interface Step {
  readonly title: string;
  /** What happens and why, before it does. */
  readonly story: string;
  readonly run: (stage: Stage) => Promise<void>;
}

const twilio = "account_connection_twilio";
const openai = "account_connection_openai";
const deepgram = "account_connection_deepgram";

/** The main job: create and adopt, change nothing, rotate, find drift, mend it, give up. */
export const steps: readonly Step[] = [
  {
    title: "A stack and its configuration",
    story: "Somebody made a Deepgram connection in the dashboard long ago. The stack names it, to adopt it.",
    async run(stage) {
      const { id } = stage.dashboard.add({
        type: deepgram,
        label: "made by hand",
        description: "made in the dashboard",
        credentials: { deepgram_api_key: demoSecrets.deepgramKey },
      });
      const { pulumi } = stage;
      await pulumi.run(["stack", "init", "dev"]);
      await pulumi.run(["config", "set", "fluents:baseUrl", stage.emulator.url]);
      await pulumi.run(["config", "set", "--secret", "fluents:apiKey"], demoSecrets.fluentsApiKey);
      await pulumi.run(["config", "set", "twilioAccountSid", "AC00000000000000000000000000000000"]);
      await pulumi.run(["config", "set", "--secret", "twilioAuthToken"], demoSecrets.twilioToken);
      await pulumi.run(["config", "set", "--secret", "openaiApiKey"], demoSecrets.openaiKey);
      await pulumi.run(["config", "set", "deepgramConnectionId", id]);
    },
  },
  {
    title: "Create two connections, adopt the third",
    story: "Twilio and OpenAI are created. Of the adopted one only what differs is updated: its label.",
    async run(stage) {
      const { requests } = await stage.operate("up", "--yes", "--skip-preview");
      stage.check(
        "two connections were created, and the label of the adopted one was updated",
        isSame(listWrites(requests), [
          "create: type, label, credentials",
          "create: type, label, credentials, steering_pool",
          "update: label",
        ]),
      );
      stage.check(
        "the adopted connection kept its description and credentials",
        stage.find(deepgram).description === "made in the dashboard" &&
          stage.find(deepgram).credentials["deepgram_api_key"] === demoSecrets.deepgramKey,
      );
    },
  },
  {
    title: "Nothing changed, so nothing is to do",
    story: "With --expect-no-changes this command fails if there is anything to do.",
    async run(stage) {
      const { requests } = await stage.operate("preview", "--expect-no-changes");
      stage.check("a preview sends nothing", requests.length === 0);
    },
  },
  {
    title: "Rotate a credential",
    story:
      "Twilio's auth token gets a new value. In real life the commit or the secret store brings it, and CI runs `pulumi up`.",
    async run(stage) {
      await stage.pulumi.run(
        ["config", "set", "--secret", "twilioAuthToken"],
        demoSecrets.rotatedTwilioToken,
      );
      const { requests } = await stage.operate("up", "--yes", "--skip-preview", "--diff");
      stage.check(
        "one update was sent, with the credentials only",
        requests.length === 1 && isSame(listWrites(requests), ["update: credentials"]),
      );
      stage.check(
        "the service has the new token",
        stage.find(twilio).credentials["twilio_auth_token"] === demoSecrets.rotatedTwilioToken,
      );
      const version = await stage.pulumi.run(["stack", "output", "twilioCredentialsVersion"]);
      stage.check("the credentials are at version 2", version.trim() === "2");
    },
  },
  {
    title: "A change behind Pulumi's back",
    story:
      "Somebody renames the OpenAI connection in the dashboard and puts in another key. `refresh` finds both.",
    async run(stage) {
      stage.dashboard.change(stage.find(openai).id, {
        label: "renamed by hand",
        credentials: { openai_api_key: demoSecrets.strangeOpenaiKey },
      });
      const { output, requests } = await stage.operate("refresh", "--yes", "--skip-preview", "--diff");
      stage.check("a refresh writes nothing", listWrites(requests).length === 0);
      stage.check(
        "it found the label and the credentials, and showed no credential",
        output.includes("renamed by hand") && /credentials: +\[secret\]/.test(output),
      );
    },
  },
  {
    title: "Mend it",
    story: "The program still says what is wanted: `up` puts it back.",
    async run(stage) {
      const { requests } = await stage.operate("up", "--yes", "--skip-preview");
      stage.check(
        "one update was sent, with the label and the credentials",
        isSame(listWrites(requests), ["update: label, credentials"]),
      );
      stage.check(
        "the service has what the program says",
        stage.find(openai).label === "OpenAI, dev" &&
          stage.find(openai).credentials["openai_api_key"] === demoSecrets.openaiKey,
      );
    },
  },
  {
    title: "Destroy",
    story: "Fluents has no endpoint that deletes. The connections stay, and Pulumi says so for each.",
    async run(stage) {
      const { output, requests } = await stage.operate("destroy", "--yes", "--skip-preview");
      stage.check("nothing was sent", requests.length === 0);
      stage.check(
        "Pulumi manages nothing any more, and warned of each of the three connections",
        stage.dashboard.list().length === 3 &&
          stage.dashboard.list().every(({ id }) => output.includes(`connection ${id} is no longer managed`)),
      );
    },
  },
  {
    title: "Secrets",
    story: "The stack's files and everything above are searched for the API key and the five credentials.",
    run(stage) {
      stage.check(
        "no secret is in clear on disk or in this output",
        stage.workspace.findSecretsOnDisk().length === 0 && findSecrets(stage.transcript.text).length === 0,
      );
      return Promise.resolve();
    },
  },
];

/** Each request that writes: the endpoint and the names of the fields in its body. Sorted, as they run in parallel. */
function listWrites(requests: Requests): string[] {
  return requests
    .filter(({ method }) => method === "POST")
    .map(
      ({ path, body }) =>
        `${path.slice(path.lastIndexOf("/") + 1)}: ${Object.keys(body as object).join(", ")}`,
    )
    .toSorted();
}

function isSame(actual: readonly string[], expected: readonly string[]): boolean {
  return JSON.stringify(actual) === JSON.stringify(expected);
}
