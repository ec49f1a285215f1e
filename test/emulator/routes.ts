import { setTimeout as delay } from "node:timers/promises";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { pickFields, type ConnectionFields, type JsonObject, type NewConnection } from "./connection";
import { answerWithFault, type Answer } from "./fault-answers";
import type { FaultTarget, NamedFault, Operation } from "./faults";
import type { JournalEntry, Outcome } from "./journal";
import { showConnection, type CredentialsDisplay } from "./masking";
import type { ApiRoute } from "./openapi";
import type { EnvironmentStore, ObjectUpdates } from "./store";

/** How the service behaves; can be changed while it runs. */
export interface Behaviour {
  /** How answers show credentials. Default `"clear"`. */
  credentials: CredentialsDisplay;
  /** What an update does with `credentials` and `config`. Default `"replace"`. */
  objects: ObjectUpdates;
  /** Wait before each valid request is carried out, in milliseconds. Default 0. */
  latencyMs: number;
}

/** What the routes need of the emulator. */
export interface RouteContext {
  readonly behaviour: Behaviour;
  readonly closing: AbortSignal;
  environmentOf(request: FastifyRequest): EnvironmentStore;
  takeFault(target: FaultTarget): NamedFault | undefined;
  settle(entry: JournalEntry, status: Outcome): void;
}

interface Query {
  id: string;
  page: number;
  size: number;
}

interface Call {
  query: Query;
  body: ConnectionFields & { id?: string };
  environment: EnvironmentStore;
  behaviour: Behaviour;
}

type Result = Answer & { changed?: boolean };

/** Adds one endpoint, with the schemas that the API description gives it. */
export function addRoute(app: FastifyInstance, route: ApiRoute, context: RouteContext): void {
  const { method, url, querystring, body, operation, status } = route;
  app.route({
    method,
    url,
    schema: { querystring, ...(body && { body }) },
    preValidation: (request, _reply, done) => {
      readIntegers(request.query as JsonObject, querystring.properties);
      done();
    },
    handler: async (request, reply) => {
      const query = request.query as Query;
      const entry = request.journalEntry;
      const { label } = (request.body ?? {}) as Partial<Call["body"]>;
      const found = context.takeFault({ method, operation, id: query.id, label });
      if (found !== undefined) {
        entry.fault = found.name;
      }
      if (context.behaviour.latencyMs > 0) {
        await delay(context.behaviour.latencyMs, undefined, { signal: context.closing });
      }
      const perform = (): Answer => {
        const { changed, ...answer } = operations[operation]({
          query,
          body: request.body as Call["body"],
          environment: context.environmentOf(request),
          behaviour: context.behaviour,
        });
        entry.applied = changed ?? false;
        return answer;
      };
      if (found !== undefined) {
        return answerWithFault(found.fault, {
          reply,
          successStatus: status,
          perform,
          settle: (outcome) => {
            context.settle(entry, outcome);
          },
        });
      }
      return send(reply, route, perform(), context.behaviour);
    },
  });
}

/** A query is text; the validator must not turn texts into numbers by itself, or it would in bodies too. */
function readIntegers(query: JsonObject, properties: Record<string, JsonObject>): void {
  for (const [name, text] of Object.entries(query)) {
    if (properties[name]?.type === "integer" && typeof text === "string" && /^-?\d+$/.test(text)) {
      query[name] = Number(text);
    }
  }
}

function send(reply: FastifyReply, route: ApiRoute, answer: Answer, behaviour: Behaviour): FastifyReply {
  const schema = route.responses[answer.status];
  // The description requires `credentials` in answers: leaving them out breaks it on purpose.
  const isChecked = behaviour.credentials !== "missing";
  if (schema === undefined || (isChecked && !reply.request.validateInput(answer.body, schema))) {
    throw new Error(`The answer to ${route.operation} is not as the API description says.`);
  }
  return reply.code(answer.status).send(answer.body);
}

const operations: Record<Operation, (call: Call) => Result> = {
  get: ({ query, environment, behaviour }) => {
    const connection = environment.get(query.id);
    return connection === undefined
      ? notFound()
      : { status: 200, body: { ...showConnection(connection, behaviour.credentials) } };
  },

  list: ({ query: { page, size }, environment, behaviour }) => {
    const { items, total } = environment.listPage(page, size);
    return {
      status: 200,
      body: {
        items: items.map((connection) => showConnection(connection, behaviour.credentials)),
        page,
        size,
        has_more: page * size < total,
        total,
        total_is_estimated: false,
      },
    };
  },

  create: ({ body, environment, behaviour }) => {
    const connection = environment.add(pickFields(body) as NewConnection);
    return { status: 201, body: { ...showConnection(connection, behaviour.credentials) }, changed: true };
  },

  update: ({ query, body, environment, behaviour }) => {
    if (environment.get(query.id) === undefined) {
      return notFound();
    }
    if (body.id !== undefined && body.id !== query.id) {
      const problem = { loc: ["body", "id"], msg: "must be the id in the query", type: "value_error" };
      return { status: 400, body: { detail: [problem] } };
    }
    const connection = environment.update(query.id, pickFields(body), behaviour.objects);
    return { status: 201, body: { ...showConnection(connection, behaviour.credentials) }, changed: true };
  },
};

function notFound(): Result {
  return { status: 404, body: { detail: "Account connection not found" } };
}
