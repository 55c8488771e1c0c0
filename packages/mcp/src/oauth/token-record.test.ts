import { expect, test } from "vitest";
import { decodeRecord, encodeRecord, recordKey } from "./token-record.ts";

test("the key is the server's name and a hash of its address", () => {
  expect(recordKey("o", "http://127.0.0.1:45910/mcp")).toBe("o|978d6bdd84aaab18");
});

const REFERENCE = {
  server_name: "o",
  server_url: "http://127.0.0.1:45910/mcp",
  client_id: "cid-1",
  access_token: "at-1",
  expires_at: 1795336593298,
  refresh_token: "rt-1",
  scopes: ["read"],
};

test("a record of the reference is read, and written as it was", () => {
  const record = decodeRecord(REFERENCE);
  expect(record).toEqual({
    serverName: "o",
    serverUrl: "http://127.0.0.1:45910/mcp",
    clientId: "cid-1",
    clientSecret: null,
    accessToken: "at-1",
    expiresAt: 1795336593298,
    refreshToken: "rt-1",
    scopes: ["read"],
    issuer: null,
  });
  expect(record === null ? null : encodeRecord(record)).toEqual(REFERENCE);
});

test.each([null, [], "x", {}, { ...REFERENCE, access_token: 1 }])("%j is no record", (value) => {
  expect(decodeRecord(value)).toBeNull();
});
