import type { Client } from "../../api/client";
import { findProxy, isUsableProxy, proxyProblem } from "../../http/proxy";
import type { ListedConnection } from "../../api/wire";
import { RequestError } from "../../errors";
import { connect } from "../connect";
import type { Configuration } from "./configuration";
import { explainFault } from "./fault";
import { notice, ok, problem, type Examined, type Finding } from "./finding";

/** What the API key sees at Fluents. */
export interface Service {
  readonly client: Client;
  /** Every connection of the key's environment. */
  readonly connections: readonly ListedConnection[];
}

/** A second attempt is enough to tell a fault that stays from one that passes. */
const mostRetries = 1;

/** Checks with the list of connections, which changes nothing, that the service answers and accepts the key. */
export async function checkService(configuration: Configuration): Promise<Examined<Service>> {
  const { settings } = configuration;
  const client = connect({ ...settings, maxRetries: Math.min(settings.maxRetries, mostRetries) });
  const proxy = findProxy(settings.baseUrl);
  const proxies = describeProxy(proxy, settings.baseUrl);
  try {
    const connections = await client.list();
    return {
      value: { client, connections },
      findings: [
        ...proxies,
        ok(`Fluents answers and accepts the API key; connections that it sees: ${connections.length}`),
      ],
    };
  } catch (error) {
    if (!RequestError.isInstance(error)) {
      throw error;
    }
    return { findings: [...proxies, describeFailure(error, proxy, configuration)] };
  }
}

/** Checks that the key belongs to the environment that `fluents:environmentConnectionId` names. */
export async function checkEnvironment(
  { settings, describeChange }: Configuration,
  { client, connections }: Service,
): Promise<Examined<true>> {
  const id = settings.environmentConnectionId;
  if (id === undefined) {
    return { value: true, findings: [] };
  }
  if (connections.some((connection) => connection.id === id) || (await client.find(id)) !== undefined) {
    return { value: true, findings: [ok("the API key sees fluents:environmentConnectionId")] };
  }
  return {
    findings: [
      problem(`the API key does not see connection ${id} of fluents:environmentConnectionId`, {
        detail: "the key is one of another environment, or the id is wrong; nothing can be written",
        mend: `for another key: ${describeChange("apiKey")}; for another id: ${describeChange("environmentConnectionId")}`,
      }),
    ],
  };
}

function describeProxy(proxy: string, baseUrl: string): Finding[] {
  if (proxy !== "" && !isUsableProxy(proxy)) {
    return [
      problem(proxyProblem, {
        mend: "`export HTTPS_PROXY=http://HOST:PORT`, or `unset HTTPS_PROXY ALL_PROXY https_proxy all_proxy`",
      }),
    ];
  }
  return proxy === ""
    ? []
    : [
        notice(`requests go through the proxy ${new URL(proxy).host}`, {
          mend: `if they should not: \`export NO_PROXY="$NO_PROXY,${new URL(baseUrl).hostname}"\``,
        }),
      ];
}

/** Only what happened on this side is quoted: answers may quote any secret. */
function describeFailure(
  error: RequestError,
  proxy: string,
  { settings, describeChange }: Configuration,
): Finding {
  const { baseUrl } = settings;
  const { status = 0 } = error;
  if (error.fault !== undefined) {
    const host = isUsableProxy(proxy) ? new URL(proxy).host : "";
    const { reason, mend } = explainFault(error.fault, baseUrl, host, describeChange("baseUrl"));
    return problem(`no answer from ${baseUrl}: ${reason}`, { detail: error.message, mend });
  }
  if (error.code === "authentication_failed") {
    return problem(`Fluents does not accept the API key (status ${status})`, {
      mend: `${describeChange("apiKey")}, with a key of this environment`,
    });
  }
  if (status === 429 || status >= 500) {
    return problem(`Fluents answers ${status}`, { mend: "run `npx pulumi-fluents doctor` again later" });
  }
  const answer = status === 0 ? "" : ` (status ${status})`;
  return problem(`what answers at ${baseUrl} is not the Fluents API${answer}`, {
    mend: describeChange("baseUrl"),
  });
}
