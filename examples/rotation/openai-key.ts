import * as pulumi from "@pulumi/pulumi";

interface Inputs {
  readonly project: string;
  readonly name: string;
}

interface Outputs extends Inputs {
  readonly value: string;
}

/** The admin key is in the environment of whoever runs Pulumi: neither in the stack's configuration nor in its state. */
function send(method: "POST" | "DELETE", path: string, body?: unknown): Promise<Response> {
  const baseUrl = process.env["FLUENTS_OPENAI_URL"] ?? "https://api.openai.com";
  return fetch(`${baseUrl}/v1/organization/projects/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${process.env["OPENAI_ADMIN_KEY"] ?? ""}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Outputs> = {
  // Pulumi makes the replacement before it deletes the original.
  diff: (_id, olds, news) => {
    const replaces = (["project", "name"] as const).filter((key) => olds[key] !== news[key]);
    return Promise.resolve({ changes: replaces.length > 0, replaces });
  },

  create: async ({ project, name }) => {
    const answer = await send("POST", `${project}/service_accounts`, { name });
    if (!answer.ok) {
      throw new Error(
        `OpenAI did not make a key (${answer.status}). Check OPENAI_ADMIN_KEY and the project.`,
      );
    }
    const account = (await answer.json()) as { id: string; api_key: { value: string } };
    return { id: account.id, outs: { project, name, value: account.api_key.value } };
  },

  delete: async (id, { project }) => {
    const answer = await send("DELETE", `${project}/service_accounts/${id}`);
    if (!answer.ok && answer.status !== 404) {
      throw new Error(`OpenAI did not revoke the key of ${id} (${answer.status}). Check OPENAI_ADMIN_KEY.`);
    }
  },
};

/** Arguments of {@link OpenAIKey}. */
export interface OpenAIKeyArgs {
  /** Id of the OpenAI project. A change replaces the key. */
  readonly project: pulumi.Input<string>;
  /** Name of the service account. A change replaces the key. */
  readonly name: pulumi.Input<string>;
}

/** An OpenAI service account with its API key; deleting it revokes the key. Needs `OPENAI_ADMIN_KEY`. */
export class OpenAIKey extends pulumi.dynamic.Resource {
  /** The API key. Secret. */
  declare public readonly value: pulumi.Output<string>;

  constructor(name: string, args: OpenAIKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...args, value: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["value"] }),
    );
  }
}
