import type { ContentBlock, McpServer } from "@agentclientprotocol/sdk";
import { expect, test } from "vitest";
import { hunksOf } from "./hunks.ts";
import { toServerConfig } from "./mcp-servers.ts";
import { toUserInput } from "./prompt-input.ts";

test("the hunks of a diff become what was there and what is there, with the lines around", () => {
  const diff =
    "@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n@@ -9 +9,2 @@\n-x\n\\ No newline at end of file\n+x\n+y\n\n\nMoved to: /r/z";
  expect(hunksOf(diff)).toEqual([
    { oldText: "a\nb\nd\n", newText: "a\nc\nd\n" },
    { oldText: "x\n", newText: "x\ny\n" },
  ]);
  expect(hunksOf("")).toEqual([]);
});

test("a prompt becomes the input of a turn; what a model cannot take is named", () => {
  const prompt: ContentBlock[] = [
    { type: "text", text: "look" },
    { type: "image", mimeType: "image/png", data: "AAAA" },
    { type: "resource_link", name: "a.ts", uri: "file:///r/a.ts" },
    { type: "resource", resource: { uri: "file:///r/b.ts", text: "let b;" } },
    { type: "audio", mimeType: "audio/wav", data: "AAAA" },
  ];
  expect(toUserInput(prompt)).toEqual([
    { type: "text", text: "look" },
    { type: "image", url: "data:image/png;base64,AAAA" },
    { type: "text", text: "[a.ts](file:///r/a.ts)" },
    { type: "text", text: '<context uri="file:///r/b.ts">\nlet b;\n</context>' },
    { type: "text", text: "[audio, audio/wav: not supported]" },
  ]);
});

test("servers of an editor are configured under names that the configuration can have; SSE is left out", () => {
  const servers: McpServer[] = [
    { name: "my files", command: "/bin/files", args: ["-v"], env: [{ name: "ROOT", value: "/r" }] },
    { type: "http", name: "docs", url: "https://docs.example.com/mcp", headers: [{ name: "X-Key", value: "k" }] },
    { type: "sse", name: "old", url: "https://old.example.com", headers: [] },
  ];
  expect(toServerConfig(servers)).toEqual({
    "mcp_servers.my_files": { command: "/bin/files", args: ["-v"], env: { ROOT: "/r" } },
    "mcp_servers.docs": { url: "https://docs.example.com/mcp", http_headers: { "X-Key": "k" } },
  });
});
