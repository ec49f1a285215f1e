import * as pulumi from "@pulumi/pulumi";

import type { AccountConnectionType } from "./account-connection-type";
import { describeNonJson, findNonJson } from "./non-json";
import { warnOfPlainApiKey } from "./plain-api-key";
import { createProgramError } from "./program-error";
import { assertProviderLoads } from "./provider-loading";
import { providerSource } from "./provider-source";
import { resourceType } from "./resource-type";
import { addStackTrace, limitStackTraces } from "./stack-traces";

/** Credentials of a Twilio connection, under the API's own names. */
export interface TwilioCredentials {
  /** Account SID, `AC…`. */
  twilio_account_sid: pulumi.Input<string>;
  /** Auth token. Secret. */
  twilio_auth_token: pulumi.Input<string>;
  /** Further keys, which are passed on as they are. Secret. */
  [key: string]: unknown;
}

/** Credentials of an OpenAI connection, under the API's own names. */
export interface OpenAICredentials {
  /** API key, `sk-…`. Secret. */
  openai_api_key: pulumi.Input<string>;
  /** Further keys, which are passed on as they are. Secret. */
  [key: string]: unknown;
}

/**
 * Arguments of {@link AccountConnection}.
 *
 * An argument that is left out is not managed: what Fluents has stays, and is no drift. Only `connectionId` can replace the
 * resource; every other change is an update in place, by `POST /v1/account_connections/update` with what changed. Only
 * `credentials` are secret by themselves.
 */
export interface AccountConnectionArgs {
  /**
   * Vendor that the connection is for, e.g. `AccountConnectionType.Twilio`. Another text of the form
   * `account_connection_*` passes with a warning.
   *
   * A change needs new `credentials` or another `rotationTrigger` in the same step, and sends the declared `config` too.
   */
  type: pulumi.Input<AccountConnectionType>;
  /**
   * Id of a connection that exists already: it is adopted instead of created, by `GET /v1/account_connections` and an
   * update with what differs, and never scrubbed. It must have this `type`.
   *
   * Another id replaces the resource; the current id, or none after adoption, sends nothing.
   */
  connectionId?: pulumi.Input<string> | undefined;
  /** Name shown in the dashboard; `""` empties it. Without one nothing guards against a duplicate at creation. */
  label?: pulumi.Input<string | undefined>;
  /** Free text; `""` empties it. */
  description?: pulumi.Input<string | undefined>;
  /** Id of the Fluents user who owns the connection. */
  userId?: pulumi.Input<string | undefined>;
  /**
   * Credentials under the API's own names, e.g. {@link TwilioCredentials} or {@link OpenAICredentials}. Always a secret,
   * wrapped in `pulumi.secret` or not. Required unless `connectionId` is given; empty values are refused.
   *
   * A change is a rotation: it sends the whole object.
   */
  credentials?: pulumi.Input<TwilioCredentials | OpenAICredentials | pulumi.Inputs> | undefined;
  /**
   * Phone numbers to call from, in E.164, e.g. `"+14155550100"`; another form passes with a warning. Order does not count,
   * duplicates are refused; `[]` empties it.
   */
  steeringPool?: pulumi.Input<readonly pulumi.Input<string>[] | undefined>;
  /** Whether the vendor's account may show any caller id. */
  accountSupportsAnyCallerId?: pulumi.Input<boolean | undefined>;
  /**
   * Settings under the API's own names. Only the top-level keys given here are managed, each as a whole; keys set
   * elsewhere are left alone. Wrap a value that is a secret in `pulumi.secret`.
   */
  config?: pulumi.Input<pulumi.Inputs | undefined>;
  /** Any JSON value. A change sends the credentials again, even if they are equal. */
  rotationTrigger?: unknown;
  /**
   * Ask the vendor whether new credentials work before they are sent to Fluents: Twilio by a read of the account, OpenAI by
   * the list of models. Refused ones stop the step, and so does a vendor that cannot be asked; what was live stays live. A
   * key that is known but may not read passes with a warning. Default `false`; an error for other types. A change sends
   * nothing.
   */
  verifyCredentials?: pulumi.Input<boolean> | undefined;
  /**
   * What `pulumi destroy` does; the API cannot delete. `"retain"` (default) leaves the connection as it is; `"scrub"`
   * overwrites its credentials, empties its pool and marks its label. `"scrub"` is refused beside `connectionId`. A change
   * sends nothing.
   */
  onDelete?: pulumi.Input<"retain" | "scrub"> | undefined;
  /**
   * Create even if a connection with the same type and label exists. Default `false`: that is an error. A change sends
   * nothing.
   */
  allowDuplicate?: pulumi.Input<boolean> | undefined;
}

const outputNames = [
  "type",
  "label",
  "description",
  "userId",
  "credentials",
  "steeringPool",
  "accountSupportsAnyCallerId",
  "config",
  "credentialsVersion",
  "credentialsRotatedAt",
] as const;

/**
 * An account connection of Fluents: the credentials and settings with which it talks to a vendor. The output `id` is the id
 * of the connection.
 *
 * Created by `POST /v1/account_connections/create` or adopted by `connectionId`; refreshed by `GET /v1/account_connections`
 * or from the list; updated by `POST /v1/account_connections/update`. The API cannot delete: see `onDelete`. The API key and
 * the other settings are the stack's configuration, `fluents:apiKey` and so on.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import * as fluents from "pulumi-fluents";
 *
 * const deepgram = new fluents.AccountConnection("deepgram", {
 *   type: fluents.AccountConnectionType.Deepgram,
 *   label: "Deepgram, production",
 *   credentials: { deepgram_api_key: new pulumi.Config().requireSecret("deepgramApiKey") },
 * });
 *
 * export const connectionId = deepgram.id;
 * ```
 */
export class AccountConnection extends pulumi.CustomResource {
  /** Type of the resource. By it policy packs know the class, e.g. in `validateResourceOfType`. */
  public static readonly __pulumiType = resourceType;

  /** Id of the Fluents user who owns the connection. */
  declare public readonly userId: pulumi.Output<string | undefined>;
  /** Vendor that the connection is for. */
  declare public readonly type: pulumi.Output<AccountConnectionType>;
  /** Name shown in the dashboard. */
  declare public readonly label: pulumi.Output<string | undefined>;
  /** Free text. */
  declare public readonly description: pulumi.Output<string | undefined>;
  /** Credentials last confirmed by the service, or as it shows them after a drift. Secret; absent if not managed. */
  declare public readonly credentials: pulumi.Output<Record<string, unknown> | undefined>;
  /** Phone numbers to call from. */
  declare public readonly steeringPool: pulumi.Output<string[] | undefined>;
  /** Whether the vendor's account may show any caller id. */
  declare public readonly accountSupportsAnyCallerId: pulumi.Output<boolean | undefined>;
  /** Settings: the declared top-level keys only. On a resource from {@link get} all of them, as a secret. */
  declare public readonly config: pulumi.Output<Record<string, unknown> | undefined>;
  /** 1 after the first confirmed sending of credentials, then one more at each rotation; absent before. */
  declare public readonly credentialsVersion: pulumi.Output<number | undefined>;
  /** Time of the last confirmed sending of credentials, RFC 3339 in UTC; absent before the first. */
  declare public readonly credentialsRotatedAt: pulumi.Output<string | undefined>;

  /**
   * Reads a connection that this stack does not manage, by `GET /v1/account_connections`, and puts it in the state without
   * its credentials. A connection that does not exist fails the step.
   *
   * @param name name of the resource in the stack
   * @param id id of the connection
   * @param opts options of the resource
   */
  public static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
  ): AccountConnection {
    // The arguments are not looked at where `id` is given.
    return new AccountConnection(name, {} as AccountConnectionArgs, { ...opts, id });
  }

  /**
   * Whether a value is an AccountConnection, of this copy of the package or another.
   *
   * @param value any value
   */
  public static override isInstance(value: unknown): value is AccountConnection {
    return (
      pulumi.CustomResource.isInstance(value) &&
      (value as { __pulumiType?: unknown }).__pulumiType === resourceType
    );
  }

  /**
   * @param name name of the resource in the stack
   * @param args what to manage
   * @param opts options of the resource; `import` does not work for dynamic resources, see `connectionId`
   * @throws `pulumi.RunError` if the provider process could not load this package, if the option `import` or an argument `id` or `urn` is given, or if the arguments are no object, or one of them is no JSON value, e.g. a `Date`. What else is wrong with the arguments fails in the step of the resource, not in the program.
   */
  constructor(name: string, args: AccountConnectionArgs, opts: pulumi.CustomResourceOptions = {}) {
    assertProviderLoads();
    assertNoImport(name, opts);
    assertArgs(name, args);
    warnOfPlainApiKey();
    const isLookup = opts.id !== undefined;
    const restoreStackTraces = limitStackTraces();
    try {
      super(
        resourceType,
        name,
        {
          ...Object.fromEntries(outputNames.map((output) => [output, undefined])),
          ...(isLookup ? {} : describeArgs(args)),
          __provider: providerSource,
          __urn: createDisplayUrn(name, opts.parent),
        },
        pulumi.mergeOptions(opts, {
          additionalSecretOutputs: isLookup ? ["credentials", "config"] : ["credentials", "__fluents"],
        }),
      );
      // The state holds null for what is absent: Pulumi takes an output that is not there for unknown.
      const outputs = this as unknown as Record<(typeof outputNames)[number], pulumi.Output<unknown>>;
      for (const name of outputNames) {
        outputs[name] = outputs[name].apply((value) => value ?? undefined);
      }
    } catch (error) {
      restoreStackTraces();
      throw addStackTrace(error);
    } finally {
      restoreStackTraces();
    }
  }
}

function describeArgs(args: AccountConnectionArgs): Record<string, unknown> {
  return {
    ...args,
    credentials:
      args.credentials === undefined
        ? undefined
        : pulumi.secret(args.credentials).apply((credentials: unknown) => markMissing(credentials ?? {})),
  };
}

/**
 * `undefined`, and what is no JSON value, as `null`, which check refuses. The SDK drops it: a config value that is not set
 * would silently rotate a live connection to credentials without it.
 */
function markMissing(value: unknown): unknown {
  if (describeNonJson(value) !== undefined) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map(markMissing);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, markMissing(item)]));
  }
  return value ?? null;
}

/**
 * The resource's URN for the provider's warnings, which the SDK does not tell it. It must not depend on the parent: a
 * component waits for its children, so that the children of one component would wait for each other.
 */
function createDisplayUrn(name: string, parent: pulumi.Resource | undefined): pulumi.Output<string> {
  if (parent === undefined) {
    return pulumi.createUrn(name, resourceType);
  }
  const parentUrn = new Promise<string>((resolve) => {
    parent.urn.apply(resolve);
  });
  return pulumi.createUrn(name, resourceType, pulumi.output(parentUrn));
}

/** What the SDK would drop or change without a word, so that check would never see it. */
function assertArgs(name: string, args: AccountConnectionArgs | null | undefined): asserts args {
  if (typeof args !== "object" || args === null || pulumi.Output.isInstance(args)) {
    throw createProgramError(
      `resource "${name}": the arguments must be an object, e.g. { type, credentials }; each in it may be an Output`,
    );
  }
  const { id, urn } = args as { id?: unknown; urn?: unknown };
  if (id !== undefined || urn !== undefined) {
    throw createProgramError(
      `resource "${name}": ${id === undefined ? "urn" : "id"} is not an argument. To bring an existing connection under management ` +
        "give its id as the argument `connectionId`.",
    );
  }
  const found = findNonJson(args);
  if (found !== undefined) {
    throw createProgramError(`resource "${name}": ${found.path.join(".")} ${found.problem}`);
  }
}

/** Pulumi would ask a provider process that has not been told what to load. */
function assertNoImport(name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.import !== undefined) {
    throw createProgramError(
      `resource "${name}": the option \`import\` does not work for dynamic resources. ` +
        "To bring an existing connection under management give its id as the argument `connectionId`.",
    );
  }
}
