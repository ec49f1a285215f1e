import assert from "node:assert/strict";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { canary } from "../helpers/canary";
import { tabulate } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";
import { assertNoSecret } from "./no-secret";
import { readStack, stackText } from "./operator-stack";
import { apiKey, platformSecrets, UserRepository } from "./user-repository";

const { spec } = readStack(stackText);
const quickstartProject = join(__dirname, "..", "..", "examples", "quickstart", "Pulumi.yaml");

describe("the Stack for the Kubernetes operator", function () {
  this.timeout("10 min");

  let repository: UserRepository;
  let commit: string;
  let secrets: Record<string, string>;
  afterEach(() => repository.stack.close());

  /** What the operator does at a sync, in a new pod: commands after its agent, values by the references of the Stack. */
  async function sync() {
    const mounted = makeTempFolder();
    for (const [name, value] of Object.entries(secrets)) {
      writeFileSync(join(mounted, name), value);
    }
    const script = [
      "npm install",
      "pulumi stack select --create prod",
      ...Object.entries(spec.config).map(([key, value]) => `pulumi config set ${key} ${value}`),
      ...Object.entries(spec.secretsRef).map(
        ([key, { secret }]) => `pulumi config set --secret ${key} < ${mounted}/${secret.name}.${secret.key}`,
      ),
      `pulumi up --yes --skip-preview --refresh=${String(spec.refresh)}`,
    ];
    const env = Object.fromEntries(
      Object.entries(spec.envRefs).map(([name, { secret }]) => [
        name,
        secrets[`${secret.name}.${secret.key}`],
      ]),
    );
    const before = repository.stack.emulator.journal.length;
    const { code, output } = await repository.execute("sync", script.join("\n"), {
      cwd: await repository.checkOut(commit),
      env: {
        ...env,
        PULUMI_CONFIG_PASSPHRASE: platformSecrets.PULUMI_CONFIG_PASSPHRASE,
        PULUMI_BACKEND_URL: repository.stack.env.PULUMI_BACKEND_URL,
        FLUENTS_API_URL: repository.stack.emulator.url,
      },
    });
    assert.equal(code, 0, output);
    const requests = repository.stack.emulator.journal.slice(before);
    return tabulate(requests.filter(({ method }) => method === "POST"));
  }

  it("runs the quickstart, rotates by a changed Secret without a commit, and puts back what drifted", async () => {
    repository = await UserRepository.start({ secrets: {} });
    copyFileSync(quickstartProject, join(repository.stack.folder, "Pulumi.yaml"));
    rmSync(join(repository.stack.folder, "Pulumi.prod.yaml"));
    commit = await repository.commit("Declare two connections");
    secrets = {
      "pulumi.accessToken": platformSecrets.PULUMI_ACCESS_TOKEN,
      "fluents.apiKey": apiKey,
      "fluents.twilioAuthToken": `twilio-${canary}`,
      "fluents.openaiApiKey": `openai-${canary}`,
    };
    assert.equal((await sync()).length, 2);

    secrets["fluents.openaiApiKey"] = `rotated-${canary}`;
    const credentials = { openai_api_key: `rotated-${canary}` };
    assert.deepEqual(await sync(), [`POST /update ${JSON.stringify({ credentials })}`]);

    const [openai] = repository.service.list().filter(({ label }) => label === "OpenAI, prod");
    repository.service.change(openai?.id ?? "", { label: "by hand" });
    assert.deepEqual(await sync(), ['POST /update {"label":"OpenAI, prod"}']);

    assertNoSecret(repository);
  });
});
