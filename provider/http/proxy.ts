import type { Agents } from "got" with { "resolution-mode": "import" };
import { getProxyForUrl } from "proxy-from-env";

import type { Redactor } from "../redact";
import { isLoopback } from "../settings";

const variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/**
 * The proxy that leads to an address, as the environment gives it; without a scheme it is one of http, as for curl. It may
 * hold a password. `""` where there is none.
 */
export function findProxy(baseUrl: string): string {
  const proxy = isLoopback(new URL(baseUrl)) ? "" : getProxyForUrl(baseUrl);
  // This is how the library completes an address.
  const bare = variables.map((name) => process.env[name]).find((text) => proxy === `https://${text ?? ""}`);
  return bare ? `http://${bare}` : proxy;
}

/** What is wrong with a proxy that is not {@link isUsableProxy}. */
export const proxyProblem =
  "the proxy in HTTPS_PROXY or ALL_PROXY is not of the form http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, " +
  "with %25 for a % in the password";

/** Whether requests can be led through a proxy of this address. */
export function isUsableProxy(proxy: string): boolean {
  try {
    const { protocol, username, password } = new URL(proxy);
    decodeURIComponent(username + password);
    return ["http:", "https:"].includes(protocol);
  } catch {
    return false;
  }
}

/**
 * The agents that lead through the proxy of `HTTPS_PROXY` or `ALL_PROXY`, where `NO_PROXY` does not except the address.
 * Loopback is never reached through a proxy.
 *
 * @returns `undefined` where there is no proxy
 * @throws an error with the code `EPROXY` where there is one of another kind
 */
export async function createProxyAgents(baseUrl: string, redactor: Redactor): Promise<Agents | undefined> {
  const proxy = findProxy(baseUrl);
  if (proxy === "") {
    return undefined;
  }
  if (!isUsableProxy(proxy)) {
    throw Object.assign(new Error(proxyProblem), { code: "EPROXY" });
  }
  redactor.add(decodeURIComponent(new URL(proxy).password));
  const { HttpsProxyAgent } = await import("hpagent");
  return { https: new HttpsProxyAgent({ proxy, keepAlive: true }) };
}

/** The status with which a proxy refused to lead on, as hpagent tells it; `undefined` for another fault. */
export function readProxyRefusal(message: string): string | undefined {
  return /^Bad response: (\d{3})$/.exec(message)?.[1];
}
