import type { JsonObject } from "./connection";
import type { Emulator } from "./emulator";

/** An answer, read whole. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body, or `{}` if it is not JSON. */
  body: JsonObject;
}

/** Calls the endpoints of an emulator as a client does. */
export class ApiCaller {
  readonly #emulator: Emulator;
  readonly #apiKey: string;

  constructor(emulator: Emulator, apiKey = "test-key") {
    this.#emulator = emulator;
    this.#apiKey = apiKey;
  }

  get(id: string): Promise<ApiAnswer> {
    return this.send(`/v1/account_connections?${new URLSearchParams({ id }).toString()}`);
  }

  list(query: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.send(`/v1/account_connections/list?${new URLSearchParams(query).toString()}`);
  }

  create(body: unknown): Promise<ApiAnswer> {
    return this.post("/v1/account_connections/create", body);
  }

  update(id: string, body: unknown): Promise<ApiAnswer> {
    return this.post(`/v1/account_connections/update?${new URLSearchParams({ id }).toString()}`, body);
  }

  post(path: string, body: unknown): Promise<ApiAnswer> {
    return this.send(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  }

  /** Sends any request; `headers` are added to the API key. */
  async send(
    path: string,
    init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(`${this.#emulator.url}${path}`, {
      redirect: "manual",
      ...init,
      headers: { authorization: `Bearer ${this.#apiKey}`, ...init.headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parseObject(text) };
  }
}

function parseObject(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
