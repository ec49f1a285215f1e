import { spawn } from "node:child_process";
import { join } from "node:path";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly diagnostics?: readonly { readonly message: string }[] };
}

// Its exports do not name the bundle that its command runs.
const server = join(__dirname, "../../node_modules/@actions/languageserver/dist/cli.bundle.cjs");

/** What GitHub's own language server, the one of its editor extension, finds wrong in the text of a workflow. */
export async function lintWorkflow(text: string): Promise<string[]> {
  const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  send({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } });
  try {
    for await (const message of readMessages(child.stdout)) {
      if (message.id === 1) {
        send({ method: "initialized", params: {} });
        const textDocument = { uri: "file:///.github/workflows/a.yml", languageId: "yaml", version: 1, text };
        send({ method: "textDocument/didOpen", params: { textDocument } });
      } else if (message.method === "textDocument/publishDiagnostics") {
        return (message.params?.diagnostics ?? []).map((diagnostic) => diagnostic.message);
      }
    }
    throw new Error("the language server ended without an answer");
  } finally {
    child.kill();
  }
}

async function* readMessages(stream: AsyncIterable<Buffer>): AsyncGenerator<Message> {
  let buffered = Buffer.alloc(0);
  for await (const chunk of stream) {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const bodyAt = buffered.indexOf("\r\n\r\n") + 4;
      const length = Number(/Content-Length: (\d+)/.exec(buffered.toString("latin1", 0, bodyAt))?.[1]);
      if (bodyAt < 4 || !(buffered.length >= bodyAt + length)) {
        break;
      }
      yield JSON.parse(buffered.toString("utf8", bodyAt, bodyAt + length)) as Message;
      buffered = buffered.subarray(bodyAt + length);
    }
  }
}
