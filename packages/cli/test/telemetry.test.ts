import { step, type Script } from "@heddle/testkit";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { startCollector, type Collector } from "./support/otlp-collector.ts";

const JOB: Script = [[step.shell("call_1", ["echo", "hello"])], [step.text("done")]];
const PROMPT = "a very private wish";
const exporter = (url: string, protocol: string, more = ""): string =>
  `[otel]\nenvironment = "test"\n${more}[otel.exporter.otlp-http]\nendpoint = "${url}/v1/logs"\nprotocol = "${protocol}"\nheaders = { "x-key" = "secret" }\n`;

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[];

const toObject = (attributes: OtlpAttributes): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** Everything that was exported as one kind of signal, flattened. */
function exported<T>(
  collector: Collector,
  signal: "logs" | "traces" | "metrics",
  read: (body: unknown) => readonly T[],
): T[] {
  return collector.exports
    .filter(({ path }) => path === `/v1/${signal}`)
    .flatMap(({ body }) => read(JSON.parse(body.toString("utf8"))));
}

function events(collector: Collector): Record<string, unknown>[] {
  return exported(collector, "logs", (body) => {
    const { resourceLogs } = body as {
      resourceLogs: { scopeLogs: { logRecords: { attributes: OtlpAttributes }[] }[] }[];
    };
    return resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ attributes }) => toObject(attributes))),
    );
  });
}

describe("an otlp-http exporter", () => {
  test("gets the events of a run under the names that dashboards know, without the text of the prompt", async () => {
    await using collector = await startCollector();
    await using rig = await createRig({ script: JOB, settings: exporter(collector.url, "json") });
    expect(await rig.run(["exec", "-s", "danger-full-access", PROMPT])).toMatchObject({ code: 0, stdout: "done\n" });
    const told = events(collector);
    expect([...new Set(told.map((event) => String(event["event.name"])))].toSorted()).toEqual([
      "codex.api_request",
      "codex.conversation_starts",
      "codex.sse_event",
      "codex.tool_decision",
      "codex.tool_result",
      "codex.user_prompt",
    ]);
    const named = (name: string): Record<string, unknown> | undefined =>
      told.find((event) => event["event.name"] === name);
    expect(named("codex.conversation_starts")).toMatchObject({
      provider_name: "scripted",
      model: "gpt-5.1-codex",
      approval_policy: "never",
      sandbox_policy: "danger-full-access",
      "conversation.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(named("codex.user_prompt")).toMatchObject({ prompt: "[REDACTED]", prompt_length: PROMPT.length });
    expect(named("codex.tool_decision")).toMatchObject({ call_id: "call_1", decision: "approved", source: "config" });
    expect(named("codex.tool_result")).toMatchObject({ call_id: "call_1", success: "true", output: "hello\n" });
    expect(told).toContainEqual(
      expect.objectContaining({ "event.kind": "response.completed", input_token_count: 100, output_token_count: 20 }),
    );
    expect(Buffer.concat(collector.exports.map(({ body }) => body)).toString("utf8")).not.toContain("private wish");
    expect(collector.exports[0]?.headers["x-key"]).toBe("secret");
  });

  test("gets turns as traces with their steps below them, and counts as metrics", async () => {
    await using collector = await startCollector();
    await using rig = await createRig({ script: JOB, settings: exporter(collector.url, "json") });
    await rig.run(["exec", "-s", "danger-full-access", PROMPT]);
    type Span = { name: string; spanId: string; parentSpanId?: string; traceId: string };
    const spans = exported(collector, "traces", (body) =>
      (body as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans),
      ),
    );
    const turn = spans.find(({ name }) => name === "turn");
    expect(spans.filter(({ parentSpanId }) => parentSpanId === turn?.spanId).map(({ name }) => name)).toEqual([
      "model_request",
      "tool",
      "model_request",
    ]);
    type Metric = { name: string };
    const metrics = exported(collector, "metrics", (body) =>
      (body as { resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[] }).resourceMetrics.flatMap(
        ({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics.map(({ name }) => name)),
      ),
    );
    expect(metrics.toSorted()).toEqual(["heddle.step.duration", "heddle.tokens", "heddle.turns"]);
  });

  test("gets the text of prompts when the configuration says so, and binary bodies when it wants them", async () => {
    await using collector = await startCollector();
    const settings = exporter(collector.url, "binary", "log_user_prompt = true\n");
    await using rig = await createRig({ script: JOB, settings });
    await rig.run(["exec", "-s", "danger-full-access", PROMPT]);
    const logs = collector.exports.filter(({ path }) => path === "/v1/logs");
    expect(logs[0]?.headers["content-type"]).toBe("application/x-protobuf");
    expect(Buffer.concat(logs.map(({ body }) => body)).toString("latin1")).toContain(PROMPT);
  });

  test("that cannot be made ends exec with the reason, before a thread begins", async () => {
    await using rig = await createRig({ settings: '[otel.exporter.otlp-grpc]\nendpoint = "http://127.0.0.1:1"\n' });
    expect(await rig.run(["exec", "hi"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("Could not create otel exporter: otlp-grpc is not supported"),
    });
    expect(rig.model.requests).toEqual([]);
  });

  test("that nobody listens to does not hold a run up", async () => {
    await using rig = await createRig({ script: JOB, settings: exporter("http://127.0.0.1:1", "json") });
    expect(await rig.run(["exec", "-s", "danger-full-access", "hi"])).toMatchObject({ code: 0, stdout: "done\n" });
  });
});

describe("the log", () => {
  test("is a file of JSON lines below the home, for its owner alone, when the configuration asks for it", async () => {
    await using rig = await createRig({ script: JOB, settings: '[log]\nfile = "debug"' });
    await rig.run(["exec", "-s", "danger-full-access", PROMPT]);
    const path = join(rig.workspace.home, "log", "heddle.log");
    const text = await readFile(path, "utf8");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { level: string; message: string });
    expect(lines.filter(({ level }) => level === "info").map(({ message }) => message)).toEqual([
      "turn started",
      "turn completed",
    ]);
    expect(text).not.toContain("private wish");
    if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("goes to stderr with --verbose, or as far as HEDDLE_LOG says; stdout stays what it was", async () => {
    await using rig = await createRig({ script: [...JOB, ...JOB] });
    const verbose = await rig.run(["exec", "--verbose", "-s", "danger-full-access", "hi"]);
    expect(verbose.stdout).toBe("done\n");
    expect(verbose.stderr).toMatch(/^heddle: debug: tool thread=\S+ tool_name=shell call_id=call_1 duration_ms=\d+$/m);
    const some = await rig.run(["exec", "-s", "danger-full-access", "hi"], { env: { HEDDLE_LOG: "info" } });
    expect(some.stderr).toMatch(/^heddle: info: turn completed thread=\S+ turn=0$/m);
    expect(some.stderr).not.toContain("heddle: debug:");
  });
});
