import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import type { JsonObject } from "./connection";
import type { Operation } from "./faults";

/** One endpoint as the API description has it. */
export interface ApiRoute {
  operation: Operation;
  method: "GET" | "POST";
  url: string;
  /** Schema of the query. */
  querystring: { type: "object"; properties: Record<string, JsonObject>; required: string[] };
  /** Schema of the request body, for POST. */
  body: JsonObject | undefined;
  /** The status of success. */
  status: number;
  /** Schemas of the answers by status. */
  responses: Record<number, JsonObject>;
}

/** The API description, ready for a validator. */
export interface ApiDescription {
  /** The component schemas as one schema with an `$id`, to which the `$ref`s of the routes point. */
  components: JsonObject & { $id: string };
  routes: ApiRoute[];
}

interface Content {
  content: { "application/json": { schema: JsonObject } };
}

interface Parameter {
  name: string;
  required: boolean;
  schema: JsonObject;
}

interface Reference {
  $ref: string;
}

interface OperationObject {
  operationId: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: Content;
  responses: Record<string, Content | Reference>;
}

interface Document {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, JsonObject> };
}

const componentsId = "fluents";

/** Reads fluents.openapi.yaml, the copy of the API description beside this file. */
export function readApiDescription(): ApiDescription {
  const document = parse(readFileSync(join(__dirname, "fluents.openapi.yaml"), "utf8")) as Document;
  loosenConnectionType(document);
  return {
    components: { $id: componentsId, components: { schemas: document.components.schemas } },
    routes: Object.entries(document.paths).flatMap(([url, operations]) =>
      Object.entries(operations).map(([method, operation]) => readRoute(document, url, method, operation)),
    ),
  };
}

/**
 * The description lists the types that are known. Fluents can add a vendor on any day; tests try the provider with one, so the emulator
 * takes every name of that form.
 */
function loosenConnectionType(document: Document): void {
  document.components.schemas.AccountConnectionType = {
    type: "string",
    pattern: "^account_connection_[a-z0-9_]+$",
  };
}

function readRoute(document: Document, url: string, method: string, operation: OperationObject): ApiRoute {
  const parameters = (operation.parameters ?? []).map((parameter) =>
    resolveReference<Parameter>(document, parameter),
  );
  const responses = Object.entries(operation.responses).map(([status, response]): [number, JsonObject] => [
    Number(status),
    readSchema(resolveReference<Content>(document, response)),
  ]);
  const success = responses.find(([status]) => status < 300);
  if (success === undefined) {
    throw new Error(`${operation.operationId} has no answer for success in the API description.`);
  }
  return {
    operation: nameOperation(operation.operationId),
    method: method.toUpperCase() as ApiRoute["method"],
    url,
    querystring: {
      type: "object",
      properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
      required: parameters.filter(({ required }) => required).map(({ name }) => name),
    },
    body: operation.requestBody && readSchema(operation.requestBody),
    status: success[0],
    responses: Object.fromEntries(responses),
  };
}

/** `updateAccountConnection` is `update`. */
function nameOperation(operationId: string): Operation {
  return operationId.replace(/AccountConnections?$/, "") as Operation;
}

function resolveReference<T extends object>(document: Document, value: T | Reference): T {
  if (!("$ref" in value)) {
    return value;
  }
  const steps = value.$ref.replace(/^#\//, "").split("/");
  return steps.reduce<unknown>((node, step) => (node as JsonObject)[step], document) as T;
}

function readSchema(content: Content): JsonObject {
  const { schema } = content.content["application/json"];
  return typeof schema.$ref === "string" ? { $ref: `${componentsId}${schema.$ref}` } : schema;
}
