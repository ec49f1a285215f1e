import type { Agents } from "got" with { "resolution-mode": "import" };
import { getProxyForUrl } from "proxy-from-env";

import type { Redactor } from "../redact";
import { isLoopback } from "../settings";

/** The proxy that leads to an address, as the environment gives it: it may hold a password. `""` where there is none. */
export function findProxy(baseUrl: string): string {
  return isLoopback(new URL(baseUrl)) ? "" : getProxyForUrl(baseUrl);
}

/**
 * The agents that lead through the proxy of `HTTPS_PROXY` or `ALL_PROXY`, where `NO_PROXY` does not except the address.
 * Loopback is never reached through a proxy.
 *
 * @returns `undefined` where there is no proxy
 */
export async function createProxyAgents(baseUrl: string, redactor: Redactor): Promise<Agents | undefined> {
  const proxy = findProxy(baseUrl);
  if (proxy === "") {
    return undefined;
  }
  redactor.add(decodeURIComponent(new URL(proxy).password));
  const { HttpsProxyAgent } = await import("hpagent");
  return { https: new HttpsProxyAgent({ proxy, keepAlive: true }) };
}
