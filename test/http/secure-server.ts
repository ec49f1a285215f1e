import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { generate } from "selfsigned";

/** A server on loopback. */
export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A service over TLS, and its certificate. */
export interface SecureServer extends RunningServer {
  /** PEM. */
  readonly certificate: string;
}

/** A proxy, and what it was asked for. */
export interface Proxy extends RunningServer {
  /** `host:port` of each CONNECT, and its `proxy-authorization` header. */
  readonly tunnels: readonly { readonly target: string; readonly authorization: string | undefined }[];
  /** What it answers: another one than 200 is a refusal. */
  status: number;
}

/** Starts a service over TLS for `hostname` that answers every request with one connection. */
export async function startSecureServer(hostname: string): Promise<SecureServer> {
  const { private: key, cert } = await generate([{ name: "commonName", value: hostname }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: hostname }] }],
  });
  const server = createHttpsServer({ key, cert }, (request, response) => {
    const id = new URL(request.url ?? "", "https://service").searchParams.get("id");
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        id,
        type: "account_connection_twilio",
        label: "over TLS",
        credentials: {},
        config: {},
      }),
    );
  });
  return { ...(await listen(server)), certificate: cert };
}

/** Starts a proxy that tunnels every CONNECT to one port on loopback, whatever its target. */
export async function startProxy(port: number): Promise<Proxy> {
  const tunnels: { target: string; authorization: string | undefined }[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(500).end());
  const settings = { status: 200 };
  server.on("connect", (request, clientSocket, head) => {
    tunnels.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    if (settings.status !== 200) {
      clientSocket.end(`HTTP/1.1 ${settings.status} Refused\r\n\r\n`);
      return;
    }
    const serverSocket = connect(port, "127.0.0.1", () => {
      clientSocket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      serverSocket.write(head);
      serverSocket.pipe(clientSocket).pipe(serverSocket);
    });
    serverSocket.on("error", () => clientSocket.destroy());
    clientSocket.on("error", () => serverSocket.destroy());
  });
  return Object.assign(settings, await listen(server), { tunnels });
}

async function listen(server: ReturnType<typeof createHttpServer>): Promise<RunningServer> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
