import { randomBytes, randomUUID } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

const provider: pulumi.dynamic.ResourceProvider = {
  create: () => {
    const value = randomBytes(24).toString("base64url");
    return Promise.resolve({ id: randomUUID(), outs: { value } });
  },
};

/** A random password, made once and kept in the state; not known before the first `pulumi up`. */
export class GeneratedPassword extends pulumi.dynamic.Resource {
  /** The password. Secret. */
  declare public readonly value: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { value: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["value"] }),
    );
  }
}
