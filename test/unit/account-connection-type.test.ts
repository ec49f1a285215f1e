import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { AccountConnectionType } from "../../provider/account-connection-type";

describe("the types of account connection", () => {
  it("are those of the API description, in its order", () => {
    const file = join(__dirname, "..", "emulator", "fluents.openapi.yaml");
    const description = parse(readFileSync(file, "utf8")) as {
      components: { schemas: { AccountConnectionType: { enum: string[] } } };
    };
    assert.deepEqual(
      Object.values(AccountConnectionType),
      description.components.schemas.AccountConnectionType.enum,
      "provider/account-connection-type.ts and test/emulator/fluents.openapi.yaml are to list the same types, in the same order",
    );
  });
});
