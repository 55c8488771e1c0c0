import { expect, test } from "vitest";
import { proxyFor } from "./proxy.ts";

const HTTPS = new URL("https://api.example.com/v1");
const HTTP = new URL("http://models.example.com:8080/v1");
const ENV = { HTTPS_PROXY: "http://secure.proxy:3128", HTTP_PROXY: "plain.proxy:3128" };

test("the scheme of the endpoint chooses the variable; a proxy without scheme speaks http", () => {
  expect(proxyFor(HTTPS, ENV)?.href).toBe("http://secure.proxy:3128/");
  expect(proxyFor(HTTP, ENV)?.href).toBe("http://plain.proxy:3128/");
  expect(proxyFor(HTTP, { all_proxy: "http://any.proxy" })?.href).toBe("http://any.proxy/");
  expect(proxyFor(HTTP, {})).toBe(null);
});

test.each([
  ["api.example.com", true],
  ["example.com", true],
  [".example.com", true],
  ["*.example.com", true],
  ["other.org, EXAMPLE.COM", true],
  ["*", true],
  ["example.com:443", true],
  ["example.com:8443", false],
  ["ample.com", false],
  ["", false],
])("NO_PROXY=%s exempts api.example.com: %s", (noProxy, isExempt) => {
  expect(proxyFor(HTTPS, { ...ENV, NO_PROXY: noProxy }) === null).toBe(isExempt);
});

test.each(["http://localhost:11434/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"])(
  "%s is reached directly",
  (url) => {
    expect(proxyFor(new URL(url), ENV)).toBe(null);
  },
);

test("a configured proxy wins over the environment, and an empty one means none", () => {
  expect(proxyFor(HTTPS, { ...ENV, NO_PROXY: "*" }, "http://mine:1")?.href).toBe("http://mine:1/");
  expect(proxyFor(HTTPS, ENV, "")).toBe(null);
});

test.each(["socks", "socks4", "socks4a", "socks5", "socks5h"])("%s names a proxy, too", (scheme) => {
  expect(proxyFor(HTTPS, { ALL_PROXY: `${scheme}://us:pw@any.proxy:1080` })?.href).toBe(
    `${scheme}://us:pw@any.proxy:1080`,
  );
});

test("a proxy of another scheme is refused by name", () => {
  expect(() => proxyFor(HTTPS, { ALL_PROXY: "ftp://any.proxy" })).toThrow("proxy that the environment names");
});
