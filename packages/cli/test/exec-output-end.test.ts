import { step } from "@heddle/testkit";
import { once } from "node:events";
import { readlink } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

test("the output of exec ends before its process does: clients listen for the exit only then", async () => {
  let told = (_answer: ServerResponse): void => {};
  const asked = new Promise<ServerResponse>((resolve) => {
    told = resolve;
  });
  // What a run has to say to a collector is sent at its end: as long as that does not answer, the process is open.
  const collector = createServer((request, response) => {
    request.resume().on("end", () => told(response));
  });
  await once(collector.listen(0, "127.0.0.1"), "listening");
  const { port } = collector.address() as AddressInfo;
  const settings = `[otel.exporter.otlp-http]\nendpoint = "http://127.0.0.1:${port}/v1/logs"\nprotocol = "json"\n`;
  try {
    await using rig = await createRig({ script: [[step.text("done")]], settings });
    await using run = rig.start(["exec", "--json", "hi"]);
    const answer = await asked;
    if (process.platform === "linux") {
      const output = (): Promise<string> => readlink(`/proc/${run.pid}/fd/1`);
      await expect.poll(output).toBe("/dev/null");
    }
    if (!(run.child.stdout?.readableEnded ?? true)) await once(run.child.stdout ?? run.child, "end");
    expect(
      run.text.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).type),
    ).toEqual([...["thread.started", "turn.started", "item.completed", "turn.completed"]]);
    answer.end("{}");
    collector.removeAllListeners("request").on("request", (_, response) => response.end("{}"));
    expect(await run.ended).toMatchObject({ code: 0 });
  } finally {
    collector.closeAllConnections();
    collector.close();
  }
});
