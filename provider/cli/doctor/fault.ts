/** Why no answer came, and what to do about it. */
export interface FaultExplanation {
  readonly reason: string;
  readonly mend: string;
}

/**
 * Explains why no answer came.
 *
 * @param fault code of Node.js or got, e.g. `ECONNREFUSED`
 * @param changeAddress how to change the base URL
 */
export function explainFault(fault: string, baseUrl: string, changeAddress: string): FaultExplanation {
  const { hostname } = new URL(baseUrl);
  const orElse = `; if the address is wrong: ${changeAddress}`;
  if (["ENOTFOUND", "EAI_AGAIN"].includes(fault)) {
    return {
      reason: `${hostname} is not known`,
      mend: `\`nslookup ${hostname}\` shows whether this machine can look up names${orElse}`,
    };
  }
  if (fault === "ECONNREFUSED") {
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
  if (/CERT|SIGNATURE|TLS|SSL|EPROTO/.test(fault)) {
    return {
      reason: "its certificate is not trusted",
      mend:
        "where a proxy signs anew, give its certificate: `export NODE_EXTRA_CA_CERTS=/path/to/certificate.pem`" +
        orElse,
    };
  }
  return { reason: "the connection failed", mend: `\`curl ${baseUrl}\` must connect${orElse}` };
}
