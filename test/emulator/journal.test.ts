import assert from "node:assert/strict";

import { ApiCaller } from "./api-caller";
import { startEmulator, type Emulator } from "./emulator";
import { formatJournalEntry, type JournalEntry } from "./journal";

describe("emulator: journal", () => {
  let emulator: Emulator;
  let api: ApiCaller;
  const lines: string[] = [];

  beforeEach(async () => {
    lines.length = 0;
    emulator = await startEmulator({ onSettled: (entry) => lines.push(formatJournalEntry(entry)) });
    api = new ApiCaller(emulator);
  });

  afterEach(() => emulator.close());

  it("has each request in the order of arrival, the key not among its values", async () => {
    const body = { type: "account_connection_rime", credentials: { rime_api_key: "k" } };
    const created = await api.create(body);
    await api.get(String(created.body.id));
    await api.send("/elsewhere?a=1&a=2&b=", { method: "PUT" });
    const [first, second, third] = emulator.journal;
    const { environment, receivedAtMs = 0, settledAtMs = 0 } = first ?? {};

    assert.match(environment ?? "", /^env-[0-9a-f]{12}$/);
    assert.ok(receivedAtMs > 0 && settledAtMs >= receivedAtMs);
    assert.deepEqual(first, {
      sequence: 1,
      receivedAtMs,
      settledAtMs,
      method: "POST",
      path: "/v1/account_connections/create",
      query: {},
      environment,
      body,
      status: 201,
      applied: true,
    });
    assert.deepEqual(second, {
      ...times(second),
      sequence: 2,
      method: "GET",
      path: "/v1/account_connections",
      query: { id: created.body.id },
      environment,
      status: 200,
      applied: false,
    });
    assert.deepEqual(third, {
      ...times(third),
      sequence: 3,
      method: "PUT",
      path: "/elsewhere",
      query: { a: ["1", "2"], b: "" },
      environment,
      status: 404,
      applied: false,
    });
    assert.doesNotMatch(JSON.stringify(emulator.journal), /test-key/);
  });

  it("has refused requests too", async () => {
    await api.create({ label: 5 });

    assert.deepEqual(emulator.journal[0]?.body, { label: 5 });
    assert.equal(emulator.journal[0].status, 400);
  });

  it("can be emptied, and counts on", async () => {
    await api.list();
    emulator.clearJournal();
    await api.list();

    assert.deepEqual(
      emulator.journal.map(({ sequence }) => sequence),
      [2],
    );
  });

  it("tells of each request when it is settled", async () => {
    emulator.setFaults([{ name: "bad day", path: "list", fault: { kind: "html" } }]);
    await api.list({ size: "5" });
    await api.create({ type: "account_connection_rime", credentials: { rime_api_key: "k" } });

    assert.deepEqual(lines, [
      "GET /v1/account_connections/list?size=5 -> 502 (fault bad day)",
      'POST /v1/account_connections/create {"type":"account_connection_rime","credentials":{"rime_api_key":"[hidden]"}} -> 201',
    ]);
  });

  describe("as a line", () => {
    const entry: JournalEntry = {
      sequence: 1,
      receivedAtMs: 0,
      method: "POST",
      path: "/v1/account_connections/update",
      query: { id: "a b" },
      status: 201,
      applied: true,
    };

    it("hides all values of credentials, and what it does not know", () => {
      const body = {
        label: "x",
        credentials: { token: "HUNTER2", codes: ["HUNTER2", 4711], nested: { on: true, none: null } },
        Credentials: { token: "HUNTER2" },
        config: { recording: true },
      };

      assert.equal(
        formatJournalEntry({ ...entry, body }),
        "POST /v1/account_connections/update?id=a+b " +
          '{"label":"x","credentials":{"token":"[hidden]","codes":["[hidden]","[hidden]"],"nested":{"on":"[hidden]","none":"[hidden]"}},' +
          '"Credentials":{"token":"[hidden]"},"config":{"recording":"[hidden]"}} -> 201',
      );
      assert.match(formatJournalEntry({ ...entry, body: { credentials: "HUNTER2" } }), /"\[hidden\]"/);
      assert.match(formatJournalEntry({ ...entry, body: ["HUNTER2"] }), /\["\[hidden\]"\]/);
    });

    it("says what a fault did", () => {
      assert.match(
        formatJournalEntry({ ...entry, status: "reset", fault: "reset-after" }),
        / -> reset \(fault reset-after, applied\)$/,
      );
    });
  });
});

function times(entry: JournalEntry | undefined): Partial<JournalEntry> {
  const { receivedAtMs = NaN, settledAtMs = NaN } = entry ?? {};
  return { receivedAtMs, settledAtMs };
}
