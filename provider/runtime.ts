import { setFlagsFromString } from "node:v8";

import type { dynamic } from "@pulumi/pulumi";

import { createDebugLog } from "./debug-log";
import { logWarning } from "./engine-log";
import { EngineWatch } from "./engine-watch";
import {
  appendCode,
  describeError,
  describeUnexpected,
  explainError,
  FluentsError,
  HalfDoneError,
  type ErrorCode,
} from "./errors";
import type { Surroundings } from "./http/http-client";
import { isJsonObject, type JsonObject } from "./json";
import { checkInputs } from "./lifecycle/check";
import { createConnection } from "./lifecycle/create";
import { deleteConnection, type DeletionContext } from "./lifecycle/delete";
import { diffConnection } from "./lifecycle/diff";
import { unknownValue } from "./lifecycle/inputs";
import { Managers } from "./lifecycle/managers";
import { readConnection } from "./lifecycle/read";
import { Session } from "./lifecycle/session";
import { describeResource, encodeState, pickSecrets, readUrn } from "./lifecycle/state";
import { updateConnection } from "./lifecycle/update";
import { assertNodeVersion } from "./node-version";
import { Redactor } from "./redact";
import { markSecret, sanitizeBag } from "./sanitize";
import { readSettings, type ConfigReader, type SettingsResult } from "./settings";

type Bag = Record<string, unknown>;

try {
  assertNodeVersion();
} catch (error) {
  // The rest of this file could not run: nothing seals the error.
  throw Object.assign(new Error(explainError(error)), { stack: "" });
}

// While calls wait for the service V8 sees their objects survive, and would from then on allocate those of all calls where
// only a full collection frees them: 30 MiB more at the refresh of 1,000 connections. Versions without the flag ignore it.
setFlagsFromString("--no-allocation-site-pretenuring");

const redactor = new Redactor();
const managers = new Managers();

let readConfig: ConfigReader = () => undefined;
let settingsResult: SettingsResult | undefined;
let session: Session | undefined;

function getSettings(): SettingsResult {
  settingsResult ??= readSettings(readConfig, process.env);
  return settingsResult;
}

function getSession(): Session {
  if (session === undefined) {
    const { settings, problems } = getSettings();
    if (problems !== undefined) {
      throw new FluentsError("invalid_configuration", problems.join("\n"));
    }
    session = new Session(settings, redactor, surroundings, managers);
  }
  return session;
}

// The engine puts its address last, after flags such as --tracing.
const engineAddress = process.argv.slice(2).at(-1);
const engine = engineAddress === undefined ? undefined : new EngineWatch(engineAddress);

const surroundings: Surroundings = {
  // Pulumi names the resource beside a warning, but not under `--diff`.
  warn: (message, urn) => {
    const subject = urn === undefined ? "" : `${describeResource({ __urn: urn })}: `;
    return logWarning(engineAddress, redactor.redact(subject + message).toWellFormed(), urn);
  },

  async assertWanted() {
    // What a killed `pulumi` left unfinished must not be finished over what a later one does.
    if (engine !== undefined && !(await engine.isEngineThere())) {
      process.exit(1);
    }
  },

  debug: createDebugLog(redactor),
};

/** In characters: an answer can be wrong in thousands of places. */
const longestMessage = 8000;

/**
 * What may leave a handler: no secret, no stack unless it is our own fault, nothing that gRPC or the engine takes for its
 * own. Half a surrogate pair would stop gRPC from answering at all.
 */
function sealError(error: unknown): FluentsError {
  const seal = (message: string, code: ErrorCode) =>
    appendCode(truncate(redactor.redact(message), longestMessage).toWellFormed(), code);
  let sealed: FluentsError;
  if (error instanceof HalfDoneError) {
    sealed = new HalfDoneError(seal(error.message, error.code), error.id, sanitizeBag(error.properties));
  } else if (FluentsError.isInstance(error)) {
    sealed = new FluentsError(error.code, seal(error.message, error.code));
  } else {
    const frames = error instanceof Error ? (error.stack?.match(/^\s+at .*$/gm) ?? []) : [];
    const message = [describeUnexpected(error), ...frames].join("\n");
    sealed = new FluentsError("internal", seal(message, "internal"));
  }
  // The SDK prints the stack of what check, diff, read and delete throw.
  sealed.stack = "";
  return sealed;
}

function truncate(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)} …`;
}

/** Runs a handler; what the bags that it works on hold of credentials is a secret from now on. */
async function handle<T>(bags: readonly JsonObject[], action: () => Promise<T>): Promise<T> {
  redactor.add(bags.map(pickSecrets));
  try {
    return await action();
  } catch (error) {
    throw sealError(error);
  }
}

/** The program wraps them, but what a transform makes of the arguments comes after that. */
function markCredentials(inputs: Bag): Bag {
  const { credentials } = inputs;
  return isJsonObject(credentials) ? { ...inputs, credentials: markSecret(credentials) } : inputs;
}

/** Describes problems in one failure without a property, of which the engine would print the value. */
function describeProblems(problems: readonly string[]): dynamic.CheckFailure[] {
  const [first, ...others] = problems;
  if (first === undefined) {
    return [];
  }
  return [{ property: "", reason: others.length === 0 ? first : `\n  - ${problems.join("\n  - ")}` }];
}

async function warnAll(warnings: readonly string[], urn: string | undefined): Promise<void> {
  for (const warning of warnings) {
    await surroundings.warn(warning, urn);
  }
}

/** Two resources for one connection are never meant: each puts back what the other changes. */
async function noteManager(id: string, urn: string, formerUrn?: string): Promise<void> {
  const other = managers.add(id, urn, formerUrn);
  if (other !== undefined) {
    await surroundings.warn(
      `connection ${id} is managed by ${describeResource({ __urn: other })}, too: each puts back what the other changes. ` +
        "Take one of them out of the program, and, if it is there, by `pulumi state delete` out of the state; " +
        "`pulumi up --refresh` then shows where the connection is not as the other one declares it",
      urn,
    );
  }
}

const deletionContext: DeletionContext = {
  openSession: getSession,
  managers,
  warn: surroundings.warn,
};

/** The handlers that Pulumi's dynamic-provider process calls. */
const runtime = {
  // The config is kept before anything is awaited: the SDK calls the other handlers meanwhile.
  configure: ({ config }) => {
    readConfig = (key) => config.get(key);
    return Promise.resolve();
  },

  check: async (olds: Bag, news: Bag) => {
    try {
      return await handle([news, olds], async () => {
        const urn = readUrn(news);
        if (urn !== undefined) {
          managers.declare(urn);
        }
        const { problems, warnings } = checkInputs(olds, news);
        await warnAll(warnings, urn);
        const allProblems = [
          ...problems.map((problem) => appendCode(problem, "invalid_arguments")),
          ...(getSettings().problems ?? []).map((problem) => appendCode(problem, "invalid_configuration")),
        ];
        const { connectionId } = news;
        if (allProblems.length === 0 && typeof connectionId === "string" && connectionId !== unknownValue) {
          // `--replace` deletes before it adopts: what will be adopted must not be scrubbed by then.
          managers.adopt(connectionId);
          if (urn !== undefined) {
            await noteManager(connectionId, urn);
          }
        }
        return { inputs: markCredentials(news), failures: describeProblems(allProblems) };
      });
    } catch (error) {
      return { inputs: news, failures: describeProblems([describeError(error)]) };
    }
  },

  diff: (id, olds: Bag, news: Bag) =>
    handle([news, olds], async () => {
      const { changes, replaces, warnings } = diffConnection(id, olds, news);
      const answer = { replaces, ...(changes === undefined ? {} : { changes }) };
      const urn = readUrn(news);
      if (urn === undefined || !managers.isDeclared(urn)) {
        return answer;
      }
      if (replaces.length === 0) {
        await noteManager(id, urn, readUrn(olds));
      }
      await warnAll(warnings, urn);
      return answer;
    }),

  create: (inputs: Bag) =>
    handle([inputs], async () => {
      const { id, state } = await createConnection(getSession(), inputs);
      return { id, outs: encodeState(state, inputs) };
    }),

  update: (id, olds: Bag, news: Bag) =>
    handle([news, olds], async () => ({
      outs: encodeState(await updateConnection(getSession(), id, olds, news), news),
    })),

  read: (id, props: Bag = {}) =>
    handle([props], async () => {
      const { inputs, ...found } = await readConnection(getSession(), id, props);
      return { ...found, ...(inputs === undefined ? {} : { inputs: sanitizeBag(inputs) }) };
    }),

  delete: (id, props: Bag) => handle([props], () => deleteConnection(deletionContext, id, props)),
} satisfies dynamic.ResourceProvider<Bag, Bag>;

const { configure, check, diff, create, update, read, delete: deleteResource } = runtime;

// By name: ES modules do not find the names in an object that is exported as a whole.
export { configure, check, diff, create, update, read, deleteResource as delete };
