import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

import { assertDocument } from "../helpers/document";
import { makeTempFolder } from "../helpers/temp-folder";

const repository = join(__dirname, "..", "..");

/** Describes the public API of the built package, as API Extractor does. */
function describeApi(): string {
  const folder = makeTempFolder();
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: repository,
      mainEntryPointFilePath: join(repository, "dist", "index.d.ts"),
      compiler: { tsconfigFilePath: join(repository, "tsconfig.build.json") },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: join(folder, "temp"),
        reportFileName: "pulumi-fluents.api.md",
      },
      messages: {
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          // All that the entry point exports is public, and TypeDoc is what reads its comments.
          "ae-missing-release-tag": { logLevel: ExtractorLogLevel.None },
          "ae-unresolved-link": { logLevel: ExtractorLogLevel.None },
          "ae-undocumented": { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(repository, "package.json"),
  });
  const { warningCount, errorCount } = Extractor.invoke(config, {
    // Writes the report instead of comparing it.
    localBuild: true,
    messageCallback: (message) => {
      if (message.messageId.startsWith("console-")) {
        message.logLevel = ExtractorLogLevel.None;
      }
    },
  });
  assert.equal(warningCount + errorCount, 0);
  return readFileSync(join(folder, "pulumi-fluents.api.md"), "utf8");
}

describe("the public API", function () {
  this.timeout("1 min");

  it("is what etc/pulumi-fluents.api.md says", async () => {
    await assertDocument("etc/pulumi-fluents.api.md", describeApi());
  });
});
