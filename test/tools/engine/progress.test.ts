import assert from "node:assert/strict";
import { GoBuildCounter, isModuleDownload, toFailureReason } from "../../../tools/engine/go-output";
import { createProgressPrinter, formatDuration } from "../../../tools/engine/progress";

describe("GoBuildCounter", () => {
  it("counts each package of the build once and nothing else", () => {
    const counter = new GoBuildCounter(["internal/abi", "example.org/a", "example.org/a/b"]);

    for (const line of [
      "internal/abi",
      "example.org/a",
      "example.org/a",
      "# example.org/a/b",
      "go: downloading x v1",
    ]) {
      counter.addLine(line);
    }

    assert.equal(counter.done, 2);
    assert.equal(counter.total, 3);
  });
});

describe("toFailureReason", () => {
  it("leaves out what is only progress", () => {
    const lines = [
      "go: downloading example.org/a v1.0.0",
      "example.org/a",
      "# example.org/a",
      "a.go:1:1: bad",
      "",
    ];

    assert.equal(isModuleDownload(String(lines[0])), true);
    assert.equal(toFailureReason(lines), "# example.org/a\na.go:1:1: bad");
  });
});

describe("createProgressPrinter", () => {
  function collect(isTTY: boolean): {
    text: () => string;
    stream: { isTTY: boolean; write(text: string): void };
  } {
    const parts: string[] = [];
    return { text: () => parts.join(""), stream: { isTTY, write: (text) => void parts.push(text) } };
  }

  it("rewrites transient lines on a terminal", () => {
    const { text, stream } = collect(true);
    const report = createProgressPrinter(stream);

    report("1 of 2", true);
    report("2 of 2", true);
    report("done");

    assert.equal(text(), "1 of 2\r\u001b[K2 of 2\r\u001b[Kdone\n");
  });

  it("keeps a transient line every 15 seconds elsewhere", () => {
    const { text, stream } = collect(false);
    let now = 1_000_000;
    const report = createProgressPrinter(stream, () => now);

    report("start");
    for (let second = 1; second <= 31; second += 1) {
      now += 1000;
      report(`second ${second}`, true);
    }

    assert.equal(text(), "start\nsecond 15\nsecond 30\n");
  });
});

describe("formatDuration", () => {
  it("writes seconds and minutes", () => {
    assert.equal(formatDuration(40_400), "40 s");
    assert.equal(formatDuration(100_000), "1 min 40 s");
    assert.equal(formatDuration(300_000), "5 min");
    assert.equal(formatDuration(100), "0 s");
  });
});
