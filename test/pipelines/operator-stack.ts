import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseAllDocuments } from "yaml";

interface SecretReference {
  readonly type: string;
  readonly secret: { readonly name: string; readonly key: string };
}

/** The part of a `Stack` that tests look at. */
export interface OperatorStack {
  readonly kind: string;
  readonly spec: {
    readonly continueResyncOnCommitMatch: boolean;
    readonly destroyOnFinalize: boolean;
    readonly refresh: boolean;
    readonly gitAuth: Readonly<Record<string, SecretReference>>;
    readonly envRefs: Readonly<Record<string, SecretReference>>;
    readonly config: Readonly<Record<string, string>>;
    readonly secretsRef: Readonly<Record<string, SecretReference>>;
  };
}

/** Text of `examples/pipelines/kubernetes-operator/stack.yaml`. */
export const stackText = readFileSync(
  join(__dirname, "..", "..", "examples", "pipelines", "kubernetes-operator", "stack.yaml"),
  "utf8",
);

/** The first object of a manifest. */
export function readStack(text: string): OperatorStack {
  return parseAllDocuments(text)[0]?.toJS() as OperatorStack;
}
