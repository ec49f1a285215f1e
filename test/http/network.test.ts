import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCommand } from "../helpers/run-command";
import { makeTempFolder } from "../helpers/temp-folder";
import { startProxy, startSecureServer, type Proxy, type SecureServer } from "./secure-server";

const hostname = "api.fluents.test";

describe("the network between provider and service", function () {
  this.timeout("1 min");

  let server: SecureServer;
  let proxy: Proxy;
  let certificateFile: string;

  beforeEach(async () => {
    server = await startSecureServer(hostname);
    proxy = await startProxy(server.port);
    certificateFile = join(makeTempFolder(), "certificate.pem");
    writeFileSync(certificateFile, server.certificate);
  });

  afterEach(async () => {
    await proxy.close();
    await server.close();
  });

  async function find(env: NodeJS.ProcessEnv): Promise<string> {
    const repository = join(__dirname, "..", "..");
    const { stdout } = await runCommand(
      process.execPath,
      ["--require", "ts-node/register", join(__dirname, "find-connection.ts"), "conn-1"],
      {
        cwd: repository,
        env: {
          PATH: process.env.PATH,
          FLUENTS_API_KEY: "fluents-key-canary",
          FLUENTS_API_URL: `https://${hostname}`,
          FLUENTS_MAX_RETRIES: "0",
          ...env,
        },
      },
    );
    assert.doesNotMatch(stdout, /canary/);
    return stdout.trim();
  }

  const trusted = () => ({ NODE_EXTRA_CA_CERTS: certificateFile });

  it("leads through the proxy of HTTPS_PROXY", async () => {
    assert.equal(await find({ ...trusted(), HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }), "over TLS");
    assert.deepEqual(proxy.tunnels, [{ target: `${hostname}:443`, authorization: undefined }]);
  });

  it("gives the proxy its user and password", async () => {
    await find({ ...trusted(), HTTPS_PROXY: `http://me:pass-canary@127.0.0.1:${proxy.port}` });
    assert.equal(
      proxy.tunnels[0]?.authorization,
      `Basic ${Buffer.from("me:pass-canary").toString("base64")}`,
    );
  });

  it("takes a proxy without a scheme for one of http, as curl does", async () => {
    assert.equal(await find({ ...trusted(), HTTPS_PROXY: `127.0.0.1:${proxy.port}` }), "over TLS");
    assert.equal(await find({ ...trusted(), all_proxy: `127.0.0.1:${proxy.port}` }), "over TLS");
  });

  it("says what the address of a proxy must be", async () => {
    for (const address of [
      `socks5://127.0.0.1:${proxy.port}`,
      `http://me:pass-canary-100%@127.0.0.1:${proxy.port}`,
    ]) {
      assert.match(
        await find({ ...trusted(), ALL_PROXY: address }),
        /no answer from .* \(EPROXY: the proxy in HTTPS_PROXY or ALL_PROXY is not of the form http:\/\/HOST:PORT /,
      );
    }
    assert.deepEqual(proxy.tunnels, []);
  });

  it("says that the proxy refuses", async () => {
    proxy.status = 407;
    assert.match(
      await find({ ...trusted(), HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }),
      /no answer from .* \(EPROXY407: the proxy answered 407\)\. Check .*HTTPS_PROXY/,
    );
  });

  it("honours NO_PROXY", async () => {
    const found = await find({
      ...trusted(),
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: ".fluents.test",
    });
    assert.match(
      found,
      /^failed: GET \/v1\/account_connections: no answer from https:\/\/api\.fluents\.test \(E/,
    );
    assert.deepEqual(proxy.tunnels, []);
  });

  it("never asks a proxy for loopback", async () => {
    const found = await find({
      FLUENTS_API_URL: `https://localhost:${server.port}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    assert.match(found, /^failed: .*DEPTH_ZERO_SELF_SIGNED_CERT/);
    assert.deepEqual(proxy.tunnels, []);
  });

  it("does not trust a certificate that nobody vouches for", async () => {
    const found = await find({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    assert.match(
      found,
      /^failed: .*no answer from https:\/\/api\.fluents\.test \(DEPTH_ZERO_SELF_SIGNED_CERT: /,
    );
  });

  it("says which host has no address, and what to check", async () => {
    const found = await find({ FLUENTS_API_URL: "https://nowhere.invalid" });
    assert.match(
      found,
      /no answer from https:\/\/nowhere\.invalid \((ENOTFOUND|EAI_AGAIN): .*Check fluents:baseUrl/,
    );
  });

  it("says that a proxy is not one", async () => {
    const found = await find({ ...trusted(), HTTPS_PROXY: `https://user:pass-canary@` });
    assert.match(found, /^failed: .*HTTPS_PROXY/);
  });
});
