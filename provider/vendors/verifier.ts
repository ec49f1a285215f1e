import { FluentsError } from "../errors";
import { HttpClient, HttpFault, type HttpAnswer, type Surroundings } from "../http/http-client";
import type { JsonObject } from "../json";
import type { Redactor } from "../redact";
import type { Settings } from "../settings";
import { vendors, type Vendor, type VerifiableType } from "./vendors";

const nothingSent = "Nothing was sent to Fluents: what was live before still is";

/** Asks vendors, by one read each, whether credentials work. */
export class Verifier {
  readonly #clients: Readonly<Record<VerifiableType, HttpClient>>;
  readonly #warn: Surroundings["warn"];

  constructor(settings: Settings, redactor: Redactor, surroundings: Surroundings) {
    const createClient = (name: string, baseUrl: string) =>
      new HttpClient({ name, baseUrl }, settings, redactor, surroundings);
    this.#clients = {
      account_connection_twilio: createClient("Twilio", settings.twilioUrl),
      account_connection_openai: createClient("OpenAI", settings.openaiUrl),
    };
    this.#warn = surroundings.warn;
  }

  /**
   * Makes sure that the vendor accepts the credentials; warns where it accepts them but does not let them read.
   *
   * @param urn URN of the resource that the credentials are for
   * @throws FluentsError `credentials_refused` if it does not, `verification_failed` if it could not be asked
   */
  async verify(type: VerifiableType, credentials: JsonObject, urn?: string): Promise<void> {
    const vendor: Vendor = vendors[type];
    const { status } = await this.#ask(type, credentials, urn);
    if (status === 401) {
      throw failRefused(vendor, `${vendor.name} does not accept the new credentials (401)`);
    }
    if (status === 403) {
      await this.#warn(
        `verifyCredentials: ${vendor.name} knows the new credentials, but does not let them read (403), as with a ` +
          "restricted key: that they work could not be seen. They are sent all the same",
        urn,
      );
    } else if (status < 200 || status > 299) {
      throw failToAsk(vendor, `it answered ${status}`);
    }
  }

  async #ask(type: VerifiableType, credentials: JsonObject, urn?: string): Promise<HttpAnswer> {
    const vendor: Vendor = vendors[type];
    try {
      return await this.#clients[type].send({
        method: "GET",
        path: vendor.path(credentials),
        authorization: vendor.authorize(credentials),
        isRepeatable: true,
        urn,
      });
    } catch (error) {
      if (!(error instanceof HttpFault)) {
        throw error;
      }
      throw error.code === "ERR_INVALID_CHAR"
        ? failRefused(vendor, "the new credentials hold a character that no key has (space, line break, …)")
        : failToAsk(vendor, `${error.code}: ${error.message}`);
    }
  }
}

function failRefused({ keys }: Vendor, reason: string): FluentsError {
  return new FluentsError(
    "credentials_refused",
    `verifyCredentials: ${reason}. ${nothingSent}. ` +
      `Correct ${keys.join(" or ")}, then run \`pulumi up\` again`,
  );
}

/** Vendors quote keys in what they say: their answers are left out. */
function failToAsk({ name }: Vendor, reason: string): FluentsError {
  return new FluentsError(
    "verification_failed",
    `verifyCredentials: ${name} could not be asked whether the new credentials work (${reason}). ${nothingSent}. ` +
      "Run `pulumi up` again later, or leave verifyCredentials out of this one",
  );
}
