import { startScriptedModel, step } from "@heddle/testkit";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { selfSigned } from "./certificate.ts";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";
import { sseText } from "./decode-fixture.ts";
import { listen } from "./server.ts";
import { startSocksProxy } from "./socks-proxy.ts";

const HOST = "models.example.test";
const COMPLETED = sseText([{ type: "response.completed", response: { id: "r" } }]);

/** A file that goes away with the test. */
async function temporaryFile(text: string): Promise<{ readonly path: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "heddle-models-"));
  const path = join(dir, "file.pem");
  await writeFile(path, text);
  return { path, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

test("plain requests go through HTTP_PROXY with their whole URL and the proxy's login", async () => {
  await using proxy = await startScriptedModel([[step.text("Hello")]]);
  const { host } = new URL(proxy.baseUrl);
  const { client } = testClient(
    { baseUrl: `http://${HOST}:8080/v1` },
    { env: { HTTP_PROXY: `http://us%65r:pw@${host}` } },
  );
  const { error } = await collect(client.stream(testRequest(), calm()));
  client.close();
  const [request] = proxy.requests;
  expect([error, request?.path, request?.headers["host"], request?.headers["proxy-authorization"]]).toEqual([
    null,
    `http://${HOST}:8080/v1/responses`,
    `${HOST}:8080`,
    `Basic ${Buffer.from("user:pw").toString("base64")}`,
  ]);
});

test("requests over TLS go through a tunnel of HTTPS_PROXY, and SSL_CERT_FILE adds a certificate to trust", async () => {
  const { key, cert } = selfSigned(HOST);
  await using file = await temporaryFile(cert);
  const answer = createTlsServer({ key, cert }, (request, response) => {
    request.resume().on("end", () => response.end(COMPLETED));
  });
  await using endpoint = await listen(answer);
  const tunnels: (string | undefined)[] = [];
  const tunnel = createServer().on("connect", (request: IncomingMessage, socket: Socket) => {
    tunnels.push(request.url);
    const onward = connect(endpoint.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy()).on("close", () => onward.destroy());
  });
  await using proxy = await listen(tunnel);
  const ask = async (env: Record<string, string>): Promise<unknown> => {
    const { client } = testClient({ baseUrl: `https://${HOST}/v1` }, { env });
    const { error } = await collect(client.stream(testRequest(), calm()));
    client.close();
    return error;
  };
  const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
  expect(await ask({ HTTPS_PROXY, SSL_CERT_FILE: file.path })).toBe(null);
  expect(await ask({ HTTPS_PROXY })).toMatchObject({
    failure: {
      kind: "network",
      message: `error sending request for url (https://${HOST}/v1/responses): self-signed certificate`,
    },
  });
  expect(tunnels).toEqual([`${HOST}:443`, `${HOST}:443`]);
});

test.each(["http", "https"])(
  "%s requests go through a SOCKS proxy, which looks the name up and gets the login",
  async (scheme) => {
    const { key, cert } = selfSigned(HOST);
    await using file = await temporaryFile(cert);
    const answer: RequestListener = (request, response) => {
      request.resume().on("end", () => response.end(COMPLETED));
    };
    await using endpoint = await listen(
      scheme === "http" ? createServer(answer) : createTlsServer({ key, cert }, answer),
    );
    await using proxy = await startSocksProxy(endpoint.port);
    const env = { ALL_PROXY: `socks5h://us%65r:pw@127.0.0.1:${proxy.port}`, SSL_CERT_FILE: file.path };
    const { client } = testClient({ baseUrl: `${scheme}://${HOST}:8443/v1` }, { env });
    const errors: unknown[] = [];
    for (let request = 0; request < 2; request += 1) {
      errors.push((await collect(client.stream(testRequest(), calm()))).error);
    }
    client.close();
    expect(errors).toEqual([null, null]);
    expect(proxy.asked[0]).toEqual({ target: `${HOST}:8443`, login: "user:pw" });
    expect(proxy.asked).toHaveLength(1); // the connection is kept
  },
);

test("a SOCKS proxy that does not answer fails the request as the network does", async () => {
  await using gone = await startSocksProxy(1);
  const { port } = gone;
  await gone[Symbol.asyncDispose]();
  const { client } = testClient(
    { baseUrl: `http://${HOST}/v1` },
    { env: { ALL_PROXY: `socks5h://127.0.0.1:${port}` } },
  );
  const { error } = await collect(client.stream(testRequest(), calm()));
  client.close();
  expect(error).toMatchObject({ failure: { kind: "network" } });
});

test("a certificate is trusted without a proxy, too", async () => {
  const { key, cert } = selfSigned("localhost");
  await using file = await temporaryFile(cert);
  const answer = createTlsServer({ key, cert }, (request, response) => {
    request.resume().on("end", () => response.end(COMPLETED));
  });
  await using endpoint = await listen(answer);
  const { client } = testClient(
    { baseUrl: `https://localhost:${endpoint.port}/v1` },
    { env: { SSL_CERT_FILE: file.path } },
  );
  const { error } = await collect(client.stream(testRequest(), calm()));
  client.close();
  expect(error).toBe(null);
});

test("certificates that cannot be read fail the request and name the file", async () => {
  const { client } = testClient({ baseUrl: `https://${HOST}/v1` }, { env: { SSL_CERT_FILE: "/nowhere/ca.pem" } });
  const { error } = await collect(client.stream(testRequest(), calm()));
  client.close();
  expect(error).toMatchObject({ failure: { kind: "network" } });
  expect(String(error)).toContain("SSL_CERT_FILE (/nowhere/ca.pem)");
});
