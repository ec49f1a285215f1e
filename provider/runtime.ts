import type { dynamic } from "@pulumi/pulumi";

import { logWarning } from "./engine-log";
import { describeError, FluentsError, HalfDoneError } from "./errors";
import type { JsonObject } from "./json";
import { checkInputs } from "./lifecycle/check";
import { createConnection } from "./lifecycle/create";
import { deleteConnection } from "./lifecycle/delete";
import { diffConnection } from "./lifecycle/diff";
import { readConnection } from "./lifecycle/read";
import { Session } from "./lifecycle/session";
import { encodeState, readUrn } from "./lifecycle/state";
import { updateConnection } from "./lifecycle/update";
import { Redactor } from "./redact";
import { sanitizeBag } from "./sanitize";
import { readSettings, type ConfigReader, type SettingsResult } from "./settings";

type Bag = Record<string, unknown>;

const redactor = new Redactor();

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
    session = new Session(settings, redactor, warn);
  }
  return session;
}

async function warn(message: string, urn: string | undefined): Promise<void> {
  await logWarning(process.argv[2], redactor.redact(message), urn);
}

/** What may leave a handler: no secret, no stack of ours, nothing that gRPC or the engine takes for its own. */
function sealError(error: unknown): FluentsError {
  let sealed: FluentsError;
  if (error instanceof HalfDoneError) {
    sealed = new HalfDoneError(redactor.redact(error.message), error.id, sanitizeBag(error.properties));
  } else if (FluentsError.isInstance(error)) {
    sealed = new FluentsError(error.code, redactor.redact(error.message));
  } else {
    const where = error instanceof Error ? `\n${error.stack ?? ""}` : "";
    sealed = new FluentsError(
      "internal",
      redactor.redact(
        `pulumi-fluents failed unexpectedly, please report it: ${describeError(error)}${where}`,
      ),
    );
  }
  // The SDK prints the stack of what check, diff, read and delete throw.
  sealed.stack = "";
  return sealed;
}

async function guard<T>(bags: readonly JsonObject[], action: () => Promise<T>): Promise<T> {
  for (const bag of bags) {
    redactor.add(bag.credentials);
    redactor.add((bag.__fluents as JsonObject | undefined)?.shown);
  }
  try {
    return await action();
  } catch (error) {
    throw sealError(error);
  }
}

/** Describes problems in one failure without a property, of which the engine would print the value. */
function describeProblems(problems: readonly string[]): dynamic.CheckFailure[] {
  const [first, ...others] = problems;
  if (first === undefined) {
    return [];
  }
  return [{ property: "", reason: others.length === 0 ? first : `\n  - ${problems.join("\n  - ")}` }];
}

/** The handlers that Pulumi's dynamic-provider process calls. */
const runtime = {
  // Not to be awaited before the config is kept: the SDK calls the other handlers meanwhile.
  configure({ config }) {
    readConfig = (key) => config.get(key);
    return Promise.resolve();
  },

  async check(olds: Bag, news: Bag) {
    try {
      redactor.add(news.credentials);
      const { problems, warnings } = checkInputs(olds, news);
      for (const warning of warnings) {
        await warn(warning, readUrn(news));
      }
      return { inputs: news, failures: describeProblems([...problems, ...(getSettings().problems ?? [])]) };
    } catch (error) {
      return { inputs: news, failures: describeProblems([sealError(error).message]) };
    }
  },

  diff: (id, olds: Bag, news: Bag) =>
    guard([olds, news], () => {
      const { changes, replaces } = diffConnection(id, olds, news);
      return Promise.resolve({ replaces, ...(changes === undefined ? {} : { changes }) });
    }),

  create: (inputs: Bag) =>
    guard([inputs], async () => {
      const { id, state } = await createConnection(getSession(), inputs);
      return { id, outs: encodeState(state, inputs) };
    }),

  update: (id, olds: Bag, news: Bag) =>
    guard([olds, news], async () => ({
      outs: encodeState(await updateConnection(getSession(), id, olds, news), news),
    })),

  read: (id, props: Bag = {}) =>
    guard([props], async () => {
      const { inputs, ...found } = await readConnection(getSession(), id, props);
      return { ...found, ...(inputs === undefined ? {} : { inputs: sanitizeBag(inputs) }) };
    }),

  delete: (id, props: Bag) => guard([props], () => deleteConnection(getSession, warn, id, props)),
} satisfies dynamic.ResourceProvider<Bag, Bag>;

export = runtime;
