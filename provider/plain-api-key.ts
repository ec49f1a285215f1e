import * as pulumi from "@pulumi/pulumi";

const checkedStacks = new Set<string>();

/** Warns, once for each stack, of an API key that is set without `--secret`. */
export function warnOfPlainApiKey(): void {
  const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
  if (checkedStacks.has(stack)) {
    return;
  }
  checkedStacks.add(stack);
  const { getConfig, isConfigSecret } = pulumi.runtime as typeof pulumi.runtime & {
    isConfigSecret?: (key: string) => boolean;
  };
  const key = "fluents:apiKey";
  if (getConfig(key) === undefined || isConfigSecret?.(key) !== false) {
    return;
  }
  void pulumi.log.warn(
    "fluents:apiKey is set without --secret: the stack's configuration, and after a `pulumi up` its state and history, hold " +
      "the key in clear. Make a new key at Fluents, set it with `pulumi config set --secret fluents:apiKey`, run `pulumi up`, " +
      "and revoke the old one",
  );
}
