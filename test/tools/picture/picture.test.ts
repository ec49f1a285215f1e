import assert from "node:assert/strict";

import { demoSecrets } from "../../../tools/demo/secrets";
import { drawPicture } from "../../../tools/picture/picture";
import { cutScene } from "../../../tools/picture/scene";
import { drawTerminal, widestLine } from "../../../tools/picture/svg";

/** What the demo prints around and in the step of the picture. */
function demoOutput(id: string, time: string, duration: string, said = ""): string {
  return [
    "\x1b[1m=== 3 of 8: Another\x1b[22m",
    "$ pulumi preview",
    "Duration: 1s",
    "\x1b[1m=== 4 of 8: Rotate a credential\x1b[22m",
    "A story.",
    "\x1b[36m$ pulumi up\x1b[39m",
    `\x1b[0m [id=${id}] ${said}`,
    "[urn=urn:pulumi:dev::p::pulumi-nodejs:dynamic/fluents:AccountConnection::twilio]",
    `\x1b[38;5;3m ~ at: "2026-\x1b[38;5;1m${time}\x1b[0m" => "2026-\x1b[38;5;2m${time}\x1b[0m"`,
    `\x1b[1mDuration:\x1b[0m ${duration}`,
    "Requests that reached the API:",
  ].join("\n");
}

describe("the picture's lines", () => {
  it("are the commands of the rotation, and the same in every run", () => {
    const lines = cutScene(demoOutput("6132612e-c85f-4001-a338-e5e80969370c", "01-02T03:04:05.678Z", "9s"));
    assert.deepEqual(
      lines,
      cutScene(demoOutput("43a0b73e-d1b3-43a0-a575-de9dfaf4e430", "03-04T05:06:07Z", "1m2s")),
    );
    assert.deepEqual(lines, [
      "\x1b[36m$ pulumi up\x1b[39m",
      "\x1b[0m [id=550e8400-e29b-41d4-a716-446655440000] ",
      "[urn=urn:pulumi:dev::p::…::twilio]",
      '\x1b[38;5;3m ~ at: "2026-10-01T08:00:00.000Z" => "2026-11-01T08:00:00.000Z"\x1b[0m',
      "\x1b[1mDuration:\x1b[0m 3s",
    ]);
  });

  it("must be in the output, and hold no secret", async () => {
    assert.throws(() => cutScene("=== 1 of 1: Another"), /the demo has no step "Rotate a credential"/);
    const output = demoOutput("1", "01-02T03:04:05Z", "1s", demoSecrets.rotatedTwilioToken);
    await assert.rejects(drawPicture(output), /^Error: the picture would show secrets: rotatedTwilioToken$/);
  });
});

describe("drawTerminal", () => {
  it("draws a text for each line, in the colours of the terminal", async () => {
    const svg = await drawTerminal(["\x1b[38;5;13m\x1b[1ma <b>:\x1b[0m & c  ", "", "\x1b[32md\x1b[39m"], "e");
    assert.deepEqual(svg.match(/<tspan.*?<\/tspan>/g), [
      '<tspan style="fill:#dcbdfb;font-weight:bold">a &#60;b&#62;:</tspan>',
      "<tspan> &#38; c</tspan>",
      '<tspan style="fill:#57ab5a">d</tspan>',
    ]);
    assert.deepEqual(svg.match(/ y="\d+" textLength="[\d.]+"/g), [
      ' y="35" textLength="84.0"',
      ' y="75" textLength="8.4"',
    ]);
    assert.match(svg, /<title>e<\/title>/);
  });

  it("refuses a line that is too wide, and a style that it does not know", async () => {
    await drawTerminal(["a".repeat(widestLine)], "");
    await assert.rejects(drawTerminal(["", "a".repeat(widestLine + 1)], ""), /line 2 has more than 100/);
    await assert.rejects(drawTerminal(["\x1b[4ma\x1b[24m"], ""), /does not know the style/);
  });
});
