import assert from "node:assert/strict";

import { providerSource } from "../../provider/provider-source";
import { readDiff, tabulate, type TestStack } from "../helpers/stack";
import { fixtureProgram, readStateFixture, startFixtureStack } from "../helpers/state-fixture";

describe("the state that release 0.1 left behind", function () {
  this.timeout("10 min");

  const fixture = readStateFixture("state-v1");
  let stack: TestStack | undefined;
  afterEach(() => stack?.close());

  it("is read, updated, rotated and deleted by this release", async () => {
    ({ stack } = await startFixtureStack("", fixture.service));
    const [adopted, created] = stack.service.list();
    assert.ok(adopted !== undefined && created !== undefined);
    stack.write(fixtureProgram(adopted.id));
    await stack.pulumi(["stack", "import"], { input: fixture.deployment });

    const resources = await stack.readResources();
    assert.equal(resources.created?.id, created.id);
    assert.equal(resources.created.inputs?.__provider, providerSource);
    assert.equal(resources.adopted?.outputs?.__provider, providerSource);

    // Masked credentials are in step with what the old release noted.
    assert.deepEqual(tabulate((await stack.preview(["--expect-no-changes"])).requests), []);
    const refreshed = await stack.refresh();
    // They are of two types, each of which is compared with the list.
    assert.deepEqual(tabulate(refreshed.requests).toSorted(), ["GET /", "GET /", "GET /list"]);
    assert.deepEqual(
      [...readDiff(refreshed.output, "created"), ...readDiff(refreshed.output, "adopted")],
      [],
    );
    await stack.up(["--expect-no-changes"]);

    // The program knows another pool order by now, and this is no change.
    const pool = ["+14155550100", "+14155550101"];
    stack.write(fixtureProgram(adopted.id, { label: "Renamed", steeringPool: pool }));
    assert.deepEqual(tabulate((await stack.up()).requests), ['POST /update {"label":"Renamed"}']);

    const credentials = { oauth: { secret: "oauth-secret-0002" }, rime_api_key: "rime-key-0001" };
    stack.write(fixtureProgram(adopted.id, { label: "Renamed", steeringPool: pool, credentials }));
    assert.deepEqual(tabulate((await stack.up()).requests), [
      `POST /update ${JSON.stringify({ credentials })}`,
    ]);
    assert.equal((await stack.readResources()).created?.outputs?.credentialsVersion, 2);

    // The created one is scrubbed, as the state says; the adopted one is never touched.
    const destroyed = await stack.destroy();
    const scrubbed = { oauth: { secret: "removed-by-pulumi" }, rime_api_key: "removed-by-pulumi" };
    assert.deepEqual(
      destroyed.requests.map(({ method, query }) => `${method} ${String(query.id)}`),
      [`POST ${created.id}`, `GET ${created.id}`],
    );
    assert.deepEqual(stack.service.get(created.id)?.credentials, scrubbed);
    assert.equal(stack.service.get(created.id)?.label, "[removed] Renamed");
    assert.deepEqual(stack.service.get(adopted.id), adopted);
    assert.deepEqual(await stack.readResources(), {});
  });

  it("holds no secret in clear and nothing of the machine that it was made on", () => {
    assert.doesNotMatch(fixture.deployment, /-key-0001|-secret-0001/);
    assert.doesNotMatch(
      fixture.deployment,
      /sourcePosition|stackTrace|\/(home|root|tmp|Users|work)\b|[A-Z]:\\/,
    );
  });
});
