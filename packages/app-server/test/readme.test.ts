import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { introduce } from "./readme-example.ts";

test("the README's example is one that runs, and initialize needs no engine", async () => {
  const answer = await introduce({
    userAgent: (client) => `server (${client.name}; ${client.version})`,
    nextRequestId: () => 0,
    place: () => ({ codexHome: "/home", platformFamily: "unix", platformOs: "linux" }),
    warn: () => {},
    load: () => Promise.reject(new Error("there is no engine here")),
  });
  expect(answer).toMatchObject({ userAgent: "server (example; 1.0.0)" });
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
