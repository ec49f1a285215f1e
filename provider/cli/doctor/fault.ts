/** Why no answer came, and what to do about it. */
export interface FaultExplanation {
  readonly reason: string;
  readonly mend: string;
}

/**
 * Explains why no answer came.
 *
 * @param fault code of Node.js or got, e.g. `ECONNREFUSED`
 * @param proxy host and port of the proxy; `""` where there is none
 * @param changeAddress how to change the base URL
 */
export function explainFault(
  fault: string,
  baseUrl: string,
  proxy: string,
  changeAddress: string,
): FaultExplanation {
  const { hostname } = new URL(baseUrl);
  const orElse = `; if the address is wrong: ${changeAddress}`;
  const isUnknown = ["ENOTFOUND", "EAI_AGAIN"].includes(fault);
  const isRefused = fault === "ECONNREFUSED";
  // Behind a proxy only the proxy is looked up and connected to.
  if (proxy !== "" && (isUnknown || isRefused)) {
    return {
      reason: `the proxy ${proxy} ${isUnknown ? "is not known" : "refuses the connection"}`,
      mend: `\`export HTTPS_PROXY=http://HOST:PORT\`, or \`export NO_PROXY="$NO_PROXY,${hostname}"\` where none is needed`,
    };
  }
  if (isUnknown) {
    return {
      reason: `${hostname} is not known`,
      mend: `\`nslookup ${hostname}\` shows whether this machine can look up names${orElse}`,
    };
  }
  if (isRefused) {
    return {
      reason: "nothing listens there",
      mend: `\`curl ${baseUrl}\` must connect; a firewall or a service that is not running refuses it${orElse}`,
    };
  }
  if (fault.startsWith("EPROXY")) {
    return {
      reason: "the proxy does not lead there",
      mend:
        "`export HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`, with a proxy that lets this machine connect to " +
        `${hostname}${orElse}`,
    };
  }
  if (fault === "ETIMEDOUT") {
    return {
      reason: "it took too long",
      mend: `\`curl ${baseUrl}\` must connect; where a proxy is needed: \`export HTTPS_PROXY=http://HOST:PORT\`${orElse}`,
    };
  }
  if (/CERT|SIGNATURE|TLS|SSL/.test(fault)) {
    return {
      reason: "its certificate is not trusted",
      mend:
        "where a proxy signs anew, give its certificate: `export NODE_EXTRA_CA_CERTS=/path/to/certificate.pem`" +
        orElse,
    };
  }
  return { reason: "the connection failed", mend: `\`curl ${baseUrl}\` must connect${orElse}` };
}
