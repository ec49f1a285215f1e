import { rmSync, writeFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

interface Inputs {
  readonly path: string;
  readonly content: unknown;
}

function write({ path, content }: Inputs): void {
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  create: (inputs) => {
    write(inputs);
    return Promise.resolve({ id: inputs.path, outs: inputs });
  },
  update: (_id, _olds, news) => {
    write(news);
    return Promise.resolve({ outs: news });
  },
  delete: (path) => {
    rmSync(path, { force: true });
    return Promise.resolve();
  },
};

/** A JSON file beside the program; its name is the resource's. */
export class JsonFile extends pulumi.dynamic.Resource {
  constructor(path: string, content: pulumi.Input<unknown>, opts?: pulumi.CustomResourceOptions) {
    super(provider, path, { path, content }, opts);
  }
}
