import { startHttpProxy } from "@heddle/testkit";
import { createServer, type RequestListener } from "node:http";
import { expect, test } from "vitest";
import { createWebFetch } from "../src/index.ts";
import { listen } from "./server.ts";

const HOST = "http://tools.example.test";

/** Tells what it was asked, and streams where it is asked to. */
const echo: RequestListener = (request, response) => {
  if (request.url === "/nothing") return response.writeHead(204).end();
  if (request.url === "/moved") return response.writeHead(302, { location: "/elsewhere" }).end();
  if (request.url === "/stream") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: first\n\n");
    request.socket.once("close", () => response.destroy());
    return response;
  }
  let text = "";
  request.setEncoding("utf8").on("data", (part: string) => (text += part));
  request.on("end", () => {
    const { method, url, headers } = request;
    const told = { method, url, host: headers.host, type: headers["content-type"], mine: headers["x-mine"], text };
    response
      .writeHead(
        201,
        "Made",
        [
          ["x-two", "a"],
          ["x-two", "b"],
        ].flat(),
      )
      .end(JSON.stringify(told));
  });
  return response;
};

test("through a proxy, requests and answers are those of the platform's fetch", async () => {
  await using server = await listen(createServer(echo));
  await using proxy = await startHttpProxy(server.port);
  const fetch = createWebFetch({ HTTP_PROXY: proxy.url });
  const answer = await fetch(`${HOST}/post?q=1`, {
    method: "POST",
    headers: new Headers({ "X-Mine": "yes" }),
    body: new URLSearchParams({ a: "ü b" }),
  });
  expect([answer.status, answer.statusText, answer.headers.get("x-two")]).toEqual([201, "Made", "a, b"]);
  expect(await answer.json()).toEqual({
    method: "POST",
    url: "/post?q=1",
    host: "tools.example.test",
    type: "application/x-www-form-urlencoded;charset=UTF-8",
    mine: "yes",
    text: "a=%C3%BC+b",
  });
  expect(await (await fetch(new URL(`${HOST}/gone`), { method: "DELETE" })).json()).toMatchObject({
    method: "DELETE",
    text: "",
  });
  expect(await (await fetch(`${HOST}/nothing`)).text()).toBe("");
  const moved = await fetch(`${HOST}/moved`);
  expect([moved.status, moved.headers.get("location")]).toEqual([302, "/elsewhere"]);
  expect(proxy.asked).toEqual([
    `POST ${HOST}/post?q=1`,
    `DELETE ${HOST}/gone`,
    `GET ${HOST}/nothing`,
    `GET ${HOST}/moved`,
  ]);
});

test("an answer is read while it comes, and given up when the signal fires", async () => {
  await using server = await listen(createServer(echo));
  await using proxy = await startHttpProxy(server.port);
  const fetch = createWebFetch({ HTTP_PROXY: proxy.url });
  const stop = new AbortController();
  const answer = await fetch(`${HOST}/stream`, { signal: stop.signal });
  const reader = answer.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value as Uint8Array)).toBe("data: first\n\n");
  const rest = reader?.read();
  stop.abort(new Error("enough"));
  await expect(rest).rejects.toThrow(/enough|aborted|terminated/);
  await expect(fetch(`${HOST}/stream`, { signal: stop.signal })).rejects.toThrow("enough");
});

test("where no proxy is meant, the platform's fetch is used", async () => {
  await using server = await listen(createServer(echo));
  const fetch = createWebFetch({ HTTP_PROXY: "http://127.0.0.1:1" });
  const answer = await fetch(`http://127.0.0.1:${server.port}/here`);
  expect(await answer.json()).toMatchObject({ method: "GET", url: "/here" });
});

test("a proxy that does not answer fails as the network does", async () => {
  const fetch = createWebFetch({ HTTP_PROXY: "http://127.0.0.1:1" });
  await expect(fetch(HOST)).rejects.toThrow("fetch failed");
});
