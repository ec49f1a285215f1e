import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";

import fastify, { type FastifyRequest } from "fastify";

/** One request that reached a vendor. */
export interface VendorRequest {
  readonly vendor: "Twilio" | "OpenAI";
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Stand-ins for the APIs of Twilio and OpenAI on loopback, as far as checking and making credentials needs them. */
export interface VendorEmulator {
  /** Address of both. */
  readonly url: string;
  /** Secrets that are good: auth tokens of Twilio and keys of OpenAI. Default: none. */
  readonly accepted: Set<string>;
  /** Keys that OpenAI made for service accounts, by the id of the account; also those that are revoked. */
  readonly madeKeys: ReadonlyMap<string, string>;
  /** Whether OpenAI accepts the keys that it makes. Default true. */
  acceptsMadeKeys: boolean;
  /** Answers every request by this status; `undefined` for the usual answers. */
  status: number | undefined;
  readonly requests: readonly VendorRequest[];
  close(): Promise<void>;
}

/** Starts the vendors on a free port. They quote in every refusal the secret that they were given. */
export async function startVendors(
  onRequest: (request: VendorRequest) => void = () => undefined,
): Promise<VendorEmulator> {
  const requests: VendorRequest[] = [];
  const accepted = new Set<string>();
  const madeKeys = new Map<string, string>();
  const app = fastify({ forceCloseConnections: true });
  const answer = (
    vendor: VendorRequest["vendor"],
    { method, url: path }: Pick<FastifyRequest, "method" | "url">,
    secret: string,
  ) => {
    const status = emulator.status ?? (accepted.has(secret) ? 200 : 401);
    const request = { vendor, method, path, status };
    requests.push(request);
    onRequest(request);
    return { status, body: status === 200 ? {} : { message: `not accepted: ${secret}` } };
  };
  const readBearer = ({ headers }: Pick<FastifyRequest, "headers">) =>
    /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  app.get<{ Params: { sid: string } }>("/2010-04-01/Accounts/:sid.json", (request, reply) => {
    const [, basic = ""] = /^Basic (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const [sid = "", token = ""] = Buffer.from(basic, "base64").toString().split(":");
    const { status, body } = answer("Twilio", request, sid === request.params.sid ? token : "");
    return reply.code(status).send(body);
  });
  app.get("/v1/models", (request, reply) => {
    const { status, body } = answer("OpenAI", request, readBearer(request));
    return reply.code(status).send(body);
  });
  const accounts = "/v1/organization/projects/:project/service_accounts";
  app.post(accounts, (request, reply) => {
    const { status, body } = answer("OpenAI", request, readBearer(request));
    if (status !== 200) {
      return reply.code(status).send(body);
    }
    const id = `svc_acct_${madeKeys.size + 1}`;
    const key = `sk-canary-${randomUUID()}`;
    madeKeys.set(id, key);
    if (emulator.acceptsMadeKeys) {
      accepted.add(key);
    }
    return { object: "organization.project.service_account", id, api_key: { value: key } };
  });
  app.delete<{ Params: { id: string } }>(`${accounts}/:id`, (request, reply) => {
    const { status, body } = answer("OpenAI", request, readBearer(request));
    if (status !== 200) {
      return reply.code(status).send(body);
    }
    const { id } = request.params;
    accepted.delete(madeKeys.get(id) ?? "");
    return { object: "organization.project.service_account.deleted", id, deleted: true };
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const emulator: VendorEmulator = {
    url: `http://127.0.0.1:${port}`,
    accepted,
    madeKeys,
    acceptsMadeKeys: true,
    status: undefined,
    requests,
    close: () => app.close(),
  };
  return emulator;
}
