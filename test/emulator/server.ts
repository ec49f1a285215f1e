import { randomUUID } from "node:crypto";

import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from "fastify";

import { nameEnvironment, type Journal, type JournalEntry } from "./journal";

declare module "fastify" {
  interface FastifyRequest {
    journalEntry: JournalEntry;
  }
}

/** Makes a server without routes: it keeps the journal, asks for an API key and answers errors as the service does. */
export function createServer(journal: Journal, accepts: (apiKey: string) => boolean): FastifyInstance {
  const app = fastify({
    // Otherwise `close` waits for requests that hang on purpose.
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
    // The framework's defaults repair a body until it fits its schema; the service refuses it.
    ajv: { customOptions: { strict: false, allErrors: true, coerceTypes: false, removeAdditional: false } },
    routerOptions: { querystringParser: parseQuery },
    exposeHeadRoutes: false,
  });
  addJournal(app, journal);
  addAuthorization(app, accepts);
  addErrorAnswers(app);
  return app;
}

function parseQuery(text: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(text);
  return Object.fromEntries(
    [...parameters.keys()].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

function addJournal(app: FastifyInstance, journal: Journal): void {
  app.addHook("onRequest", (request, reply, done) => {
    const [path = ""] = request.url.split("?");
    const query = structuredClone(request.query) as JournalEntry["query"];
    const entry = journal.open({ method: request.method, path, query });
    const apiKey = readApiKey(request);
    if (apiKey !== undefined) {
      entry.environment = nameEnvironment(apiKey);
    }
    request.journalEntry = entry;
    reply.header("x-request-id", request.id);
    done();
  });
  app.addHook("preValidation", (request, _reply, done) => {
    if (request.body !== undefined) {
      request.journalEntry.body = structuredClone(request.body);
    }
    done();
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    journal.settle(request.journalEntry, reply.statusCode);
    done(null, payload);
  });
}

function addAuthorization(app: FastifyInstance, accepts: (apiKey: string) => boolean): void {
  app.addHook("onRequest", (request, reply, done) => {
    const apiKey = readApiKey(request);
    if (apiKey === undefined || !accepts(apiKey)) {
      reply.code(401).send({ detail: "Invalid or missing API key" });
      return;
    }
    done();
  });
}

/** The API key that a request came with. */
export function readApiKey(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

function addErrorAnswers(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: "Not Found" }));
  app.setErrorHandler<FastifyError>(async (error, _request, reply) => {
    if (error.validation !== undefined) {
      return reply.code(400).send({ detail: describeProblems(error) });
    }
    const status = error.statusCode ?? 500;
    return reply.code(status).send({ detail: error.message });
  });
}

function describeProblems(error: FastifyError): { loc: string[]; msg: string; type: string }[] {
  const part = error.validationContext === "querystring" ? "query" : (error.validationContext ?? "body");
  return (error.validation ?? []).map(({ instancePath, keyword, message, params }) => {
    const missing = typeof params.missingProperty === "string" ? [params.missingProperty] : [];
    return {
      loc: [part, ...instancePath.split("/").slice(1), ...missing],
      msg: message ?? "is not valid",
      type: keyword,
    };
  });
}
