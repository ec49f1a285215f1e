import type { Agents } from "got" with { "resolution-mode": "import" };
import { getProxyForUrl } from "proxy-from-env";

import type { Redactor } from "../redact";
import { isLoopback } from "../settings";

/**
 * The agents that lead through the proxy of `HTTPS_PROXY` or `ALL_PROXY`, where `NO_PROXY` does not except the address.
 * Loopback is never reached through a proxy.
 *
 * @returns `undefined` where there is no proxy
 */
export async function createProxyAgents(baseUrl: string, redactor: Redactor): Promise<Agents | undefined> {
  const proxy = getProxyForUrl(baseUrl);
  if (proxy === "" || isLoopback(new URL(baseUrl))) {
    return undefined;
  }
  redactor.add(decodeURIComponent(new URL(proxy).password));
  const { HttpsProxyAgent } = await import("hpagent");
  return { https: new HttpsProxyAgent({ proxy, keepAlive: true }) };
}
