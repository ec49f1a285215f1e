import type { AddressInfo } from "node:net";

import fastify from "fastify";

/** One request that reached a vendor. */
export interface VendorRequest {
  readonly vendor: "Twilio" | "OpenAI";
  readonly status: number;
}

/** Stand-ins for the APIs of Twilio and OpenAI on loopback, as far as a check of credentials needs them. */
export interface VendorEmulator {
  /** Address of both. */
  readonly url: string;
  /** Secrets that are good: auth tokens of Twilio and keys of OpenAI. Default: none. */
  readonly accepted: Set<string>;
  /** Answers every request by this status; `undefined` for the usual answers. */
  status: number | undefined;
  readonly requests: readonly VendorRequest[];
  close(): Promise<void>;
}

/** Starts the vendors on a free port. They quote in every refusal the secret that they were given. */
export async function startVendors(): Promise<VendorEmulator> {
  const requests: VendorRequest[] = [];
  const accepted = new Set<string>();
  const app = fastify({ forceCloseConnections: true });
  const answer = (vendor: VendorRequest["vendor"], secret: string) => {
    const status = emulator.status ?? (accepted.has(secret) ? 200 : 401);
    requests.push({ vendor, status });
    return { status, body: status === 200 ? {} : { message: `not accepted: ${secret}` } };
  };
  app.get<{ Params: { sid: string } }>("/2010-04-01/Accounts/:sid.json", (request, reply) => {
    const [, basic = ""] = /^Basic (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const [sid = "", token = ""] = Buffer.from(basic, "base64").toString().split(":");
    const { status, body } = answer("Twilio", sid === request.params.sid ? token : "");
    return reply.code(status).send(body);
  });
  app.get("/v1/models", (request, reply) => {
    const [, key = ""] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const { status, body } = answer("OpenAI", key);
    return reply.code(status).send(body);
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const emulator: VendorEmulator = {
    url: `http://127.0.0.1:${port}`,
    accepted,
    status: undefined,
    requests,
    close: () => app.close(),
  };
  return emulator;
}
