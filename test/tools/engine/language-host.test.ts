import assert from "node:assert/strict";
import { once } from "node:events";
import type { RunResponse } from "@pulumi/pulumi/proto/language_pb";

import { HostUnderTest, messages, recordSource, waitFor } from "./host-under-test";

const canary = "canary-8d1f";

describe("the language host", () => {
  let host: HostUnderTest;

  beforeEach(async () => {
    host = await HostUnderTest.start();
  });

  afterEach(() => {
    host.close();
  });

  function run(options: object = {}): Promise<RunResponse> {
    const request = new messages.RunRequest();
    request.setInfo(host.describeProject(options));
    request.setProject("shop");
    request.setStack("dev");
    request.setOrganization("acme");
    request.setMonitorAddress("127.0.0.1:2");
    request.setParallel(8);
    request.setDryrun(true);
    request.getConfigMap().set("shop:key", canary);
    request.setConfigsecretkeysList(["shop:key"]);
    return new Promise((resolve, reject) => {
      host.client.run(request, (error, response) => {
        if (error) {
          reject(error);
        } else {
          resolve(response);
        }
      });
    });
  }

  it("starts the project's own SDK, with configuration in the environment only", async () => {
    await host.installCommand("run", recordSource);

    const response = await run();

    assert.deepEqual(response.toObject(), { error: "", bail: false });
    const { argv, env } = host.readSeen("run");
    assert.equal(
      argv.join(" "),
      "--monitor 127.0.0.1:2 --engine 127.0.0.1:1 --organization acme --project shop " +
        `--root-directory ${host.project} --stack dev --pwd ${host.project} --parallel 8 --dry-run .`,
    );
    assert.deepEqual(JSON.parse(String(env["PULUMI_CONFIG"])), { "shop:key": canary });
    assert.deepEqual(JSON.parse(String(env["PULUMI_CONFIG_SECRET_KEYS"])), ["shop:key"]);
    assert.equal(env["PULUMI_NODEJS_TYPESCRIPT"], "true");
  });

  it("honours the runtime options of Pulumi.yaml", async () => {
    await host.installCommand("run", recordSource);

    await run({
      typescript: false,
      tsconfig: "tsconfig.pulumi.json",
      nodeargs: "--no-warnings '--title=a b'",
    });

    const { execArgv, env } = host.readSeen("run");
    assert.deepEqual(execArgv, ["--no-warnings", "--title=a b"]);
    assert.equal(env["PULUMI_NODEJS_TYPESCRIPT"], undefined);
    assert.equal(env["PULUMI_NODEJS_TSCONFIG_PATH"], "tsconfig.pulumi.json");
  });

  it("refuses runtime options that it cannot read", async () => {
    await host.installCommand("run", "");

    assert.match(
      (await run({ typescript: "yes" })).getError(),
      /'typescript' in Pulumi.yaml must be true or false/,
    );
    assert.match(
      (await run({ nodeargs: "--a 'b" })).getError(),
      /'nodeargs' in Pulumi.yaml has a ' that is not closed/,
    );
  });

  it("reports how a program ended", async () => {
    await host.installCommand("run", "process.exit(7)");
    assert.equal((await run()).getError(), "Program exited with non-zero exit code: 7");

    await host.installCommand("run", 'process.kill(process.pid, "SIGKILL")');
    assert.equal((await run()).getError(), "Program was ended by signal SIGKILL");

    await host.installCommand("run", "process.exit(32)");
    assert.deepEqual((await run()).toObject(), { error: "", bail: true });
  });

  it("says what to do when the SDK is not installed", async () => {
    assert.match(
      (await run()).getError(),
      /@pulumi\/pulumi\) is not installed in .*: run 'npm install' there/,
    );
  });

  it("ends with the program when the engine is gone", async () => {
    await host.installCommand("run", `${recordSource} setInterval(() => {}, 1000);`);
    const answer = run().catch((error: unknown) => error);
    await waitFor(() => host.readSeen("run").argv.length > 0);

    host.process.stdin?.end();
    await once(host.process, "exit");
    await answer;

    assert.throws(() => process.kill(-Number(host.process.pid), 0), { code: "ESRCH" });
  });
});
