import * as pulumi from "@pulumi/pulumi";

import type { AccountConnectionType } from "./account-connection-type";
import type * as lookupService from "./lookup-service";
import { warnOfPlainApiKey } from "./plain-api-key";
import { createProgramError } from "./program-error";
import { assertProgramNodeVersion } from "./provider-loading";

/** Arguments of {@link getAccountConnection}. */
export interface GetAccountConnectionArgs {
  /** Id of the connection. */
  id: string;
}

/** Arguments of {@link getAccountConnectionOutput}. */
export interface GetAccountConnectionOutputArgs {
  /** Id of the connection. */
  id: pulumi.Input<string>;
}

/** What Fluents has of a connection, without its credentials and without `config`, which can hold secrets too. */
export interface GetAccountConnectionResult {
  /** Id of the connection. */
  readonly id: string;
  /** Vendor that the connection is for. */
  readonly type: AccountConnectionType;
  /** Name shown in the dashboard. */
  readonly label: string | undefined;
  /** Free text. */
  readonly description: string | undefined;
  /** Id of the Fluents user who owns the connection. */
  readonly userId: string | undefined;
  /** Phone numbers to call from, e.g. `"+14155550100"`. */
  readonly steeringPool: readonly string[] | undefined;
  /** Whether the vendor's account may show any caller id. */
  readonly accountSupportsAnyCallerId: boolean | undefined;
}

/** Arguments of {@link getAccountConnections}. What is left out does not narrow the choice. */
export interface GetAccountConnectionsArgs {
  /** Vendor that the connections are for, e.g. `AccountConnectionType.Twilio`. */
  type?: AccountConnectionType | undefined;
  /** Exact label; `""` finds those without one. */
  label?: string | undefined;
}

/** Arguments of {@link getAccountConnectionsOutput}. What is left out does not narrow the choice. */
export interface GetAccountConnectionsOutputArgs {
  /** Vendor that the connections are for, e.g. `AccountConnectionType.Twilio`. */
  type?: pulumi.Input<AccountConnectionType | undefined>;
  /** Exact label; `""` finds those without one. */
  label?: pulumi.Input<string | undefined>;
}

/** What {@link getAccountConnections} finds. */
export interface GetAccountConnectionsResult {
  /** The connections, in the order of the service; none is no error. */
  readonly connections: readonly GetAccountConnectionResult[];
}

/**
 * Looks up a connection, by `GET /v1/account_connections`, with the `fluents:*` configuration of the stack. It runs at
 * every preview and update, and puts nothing in the state. To have it in the state use {@link AccountConnection.get}.
 *
 * @param args which connection
 * @throws `pulumi.RunError` if there is no such connection, or it cannot be read
 */
export async function getAccountConnection(
  args: GetAccountConnectionArgs,
): Promise<GetAccountConnectionResult> {
  return lookUp("getAccountConnection", ({ findConnection }, context) => findConnection(args, context));
}

/**
 * {@link getAccountConnection} for arguments that are outputs. While the id is not known, neither is the result, and nothing
 * is asked.
 *
 * @param args which connection
 */
export function getAccountConnectionOutput(
  args: GetAccountConnectionOutputArgs,
): pulumi.Output<GetAccountConnectionResult> {
  return pulumi.output(args).apply(getAccountConnection);
}

/**
 * Looks up connections by type and label, by `GET /v1/account_connections/list`, all pages, with the `fluents:*`
 * configuration of the stack. It runs at every preview and update, and puts nothing in the state.
 *
 * @param args which connections; default: all
 * @throws `pulumi.RunError` if they cannot be read
 */
export async function getAccountConnections(
  args: GetAccountConnectionsArgs = {},
): Promise<GetAccountConnectionsResult> {
  return {
    connections: await lookUp("getAccountConnections", ({ findConnections }, context) =>
      findConnections(args, context),
    ),
  };
}

/**
 * {@link getAccountConnections} for arguments that are outputs.
 *
 * @param args which connections; default: all
 */
export function getAccountConnectionsOutput(
  args: GetAccountConnectionsOutputArgs = {},
): pulumi.Output<GetAccountConnectionsResult> {
  return pulumi.output(args).apply(getAccountConnections);
}

/** Runs a lookup. The client is loaded only now: most programs look nothing up. */
async function lookUp<T>(
  name: string,
  action: (service: typeof lookupService, context: lookupService.LookupContext) => Promise<T>,
): Promise<T> {
  assertProgramNodeVersion();
  warnOfPlainApiKey();
  const service = await import("./lookup-service.js");
  try {
    return await action(service, {
      readConfig: pulumi.runtime.getConfig,
      warn: (message) => pulumi.log.warn(message),
    });
  } catch (error) {
    throw createProgramError(`${name}: ${service.explainFailure(error)}`);
  }
}
