import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { Readable } from "node:stream";

import type { FastifyReply } from "fastify";

import type { JsonObject } from "./connection";
import type { Fault } from "./faults";
import type { Outcome } from "./journal";

/** What the service would have answered. */
export interface Answer {
  status: number;
  body: JsonObject;
}

/** What a fault needs of the request that it meets. */
export interface FaultContext {
  reply: FastifyReply;
  /** The status of success for this endpoint. */
  successStatus: number;
  /** Does what the request asks for. */
  perform: () => Answer;
  /** Notes in the journal how a request ended that the framework does not answer. */
  settle: (status: Outcome) => void;
}

/** Answers a request as the fault says. */
export function answerWithFault(fault: Fault, context: FaultContext): FastifyReply {
  const { reply, successStatus, perform, settle } = context;
  switch (fault.kind) {
    case "reset":
      if (fault.applied) {
        perform();
      }
      settle("reset");
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
    case "hang":
      if (fault.applied) {
        perform();
      }
      settle("hang");
      return reply.hijack();
    case "cutOff":
      return cutOff(
        context,
        fault.applied ? perform() : { status: successStatus, body: { id: randomUUID() } },
      );
    case "override": {
      const answer = perform();
      const succeeded = answer.status < 300;
      return reply.code(answer.status).send(succeeded ? { ...answer.body, ...fault.fields } : answer.body);
    }
    default:
      return answerInstead(fault, context);
  }
}

type InsteadFault = Exclude<Fault, { kind: "reset" | "hang" | "cutOff" | "override" }>;

const defaultStatuses: Partial<Record<Fault["kind"], number>> = { html: 502, redirect: 302 };

function answerInstead(fault: InsteadFault, { reply, successStatus, perform }: FaultContext): FastifyReply {
  const status = fault.status ?? defaultStatuses[fault.kind] ?? successStatus;
  const succeeds = status >= 200 && status < 300;
  if (fault.applied ?? succeeds) {
    perform();
  }
  reply.code(status);
  switch (fault.kind) {
    case "status":
      if (fault.retryAfter !== undefined) {
        reply.header("retry-after", String(fault.retryAfter));
      }
      return sendText(reply, "application/json", JSON.stringify(fault.body ?? describeStatus(status)));
    case "html":
      return sendText(
        reply,
        "text/html",
        `<html><body><h1>${describeStatus(status).detail}</h1></body></html>`,
      );
    case "empty":
      return reply.send();
    case "invalidJson":
      return sendText(reply, "application/json", '{"id": "550e8400", "label": ');
    case "redirect":
      return reply.redirect(fault.location, status);
    case "huge":
      return reply.type("application/json").send(Readable.from(makeHugeJson(fault.bytes)));
  }
}

function describeStatus(status: number): { detail: string } {
  return { detail: STATUS_CODES[status] ?? `Status ${status}` };
}

function sendText(reply: FastifyReply, type: string, text: string): FastifyReply {
  return reply.type(`${type}; charset=utf-8`).send(text);
}

function cutOff({ reply, settle }: FaultContext, { status, body }: Answer): FastifyReply {
  const text = Buffer.from(JSON.stringify(body));
  settle(status);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": text.length,
    "x-request-id": reply.request.id,
  });
  raw.write(text.subarray(0, text.length / 2), () => {
    raw.destroy();
  });
  return reply;
}

function* makeHugeJson(bytes: number): Generator<string> {
  const head = '{"label":"';
  const tail = '"}';
  yield head;
  const chunk = "x".repeat(65_536);
  for (let left = bytes - head.length - tail.length; left > 0; left -= chunk.length) {
    yield left < chunk.length ? chunk.slice(0, left) : chunk;
  }
  yield tail;
}
