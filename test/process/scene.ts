import assert from "node:assert/strict";

import { startEmulator, type Emulator, type EmulatorOptions, type Environment } from "../emulator/emulator";
import {
  ProviderProcess,
  startEngineStub,
  type EngineStub,
  type ProviderOptions,
} from "../helpers/provider-process";
import { sampleSecret } from "../helpers/samples";

/** API key of a scene. Secret: it must not appear in any text. */
const sceneApiKey = "fluents-key-HUNTER2-canary";

/** What a scene can differ in. */
export interface SceneOptions {
  readonly emulator?: EmulatorOptions;
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: the address of the scene's engine. */
  readonly engineAddress?: string;
}

/** A service, an engine that takes what is logged, and a provider process between them. */
export class Scene {
  private constructor(
    readonly emulator: Emulator,
    readonly engine: EngineStub,
    readonly provider: ProviderProcess,
  ) {}

  static async start(options: SceneOptions = {}): Promise<Scene> {
    const [emulator, engine] = await Promise.all([startEmulator(options.emulator), startEngineStub()]);
    const providerOptions: ProviderOptions = {
      engineAddress: options.engineAddress ?? engine.address,
      config: {
        "fluents:apiKey": sceneApiKey,
        "fluents:baseUrl": emulator.url,
        "fluents:maxRetries": "0",
        ...options.config,
      },
      ...(options.env === undefined ? {} : { env: options.env }),
    };
    return new Scene(emulator, engine, await ProviderProcess.start(providerOptions));
  }

  /** The service's truth behind the scene's API key. */
  get service(): Environment {
    return this.emulator.environment(sceneApiKey);
  }

  /** Requests so far, as method and last word of the path. */
  get requests(): string[] {
    return this.emulator.journal.map(({ method, path }) => `${method} ${path.split("/").at(-1) ?? ""}`);
  }

  /** Ends all, and makes sure that the process told no secret and no place in the code. */
  async close(): Promise<void> {
    await this.provider.close();
    await this.engine.close();
    await this.emulator.close();
    const { stderr } = this.provider;
    for (const secret of [sampleSecret, JSON.stringify(sampleSecret).slice(1, -1), "HUNTER2"]) {
      assert.ok(!stderr.includes(secret), stderr);
      assert.ok(!JSON.stringify(this.engine.lines).includes(secret));
    }
    assert.doesNotMatch(stderr, /^\s+at /m);
  }
}
