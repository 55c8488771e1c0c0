import { expect, test } from "vitest";
import {
  clientMethods,
  clientNotifications,
  exportJsonSchema,
  isJsonObject,
  legacyMethods,
  legacyNotifications,
  legacyServerMethods,
  serverMethods,
  serverNotifications,
  type MethodDefinition,
  type NotificationDefinition,
} from "../src/index.ts";
import referenceV1 from "./fixtures/reference-facts-v1.json" with { type: "json" };
import reference from "./fixtures/reference-facts.json" with { type: "json" };
import { factsOfAll, type Facts } from "./schema-facts.mjs";

type Table = Readonly<Record<string, Facts>>;

const UNIONS = ["ClientRequest", "ServerRequest", "ServerNotification", "ClientNotification"];

type Declared = MethodDefinition | NotificationDefinition;

/** What a bundle of the export defines, without the unions of messages. */
function definitionsIn(file: string): Table {
  const bundle = exportJsonSchema()[file];
  const facts = factsOfAll(isJsonObject(bundle) ? bundle["definitions"] : {});
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !UNIONS.includes(name)));
}

function methodsOf(kinds: Readonly<Record<string, Readonly<Record<string, Declared>>>>): Table {
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([direction, methods]) =>
      Object.values(methods).map((declared): [string, Facts] => {
        const result = nameOf("result" in declared ? declared.result : null);
        return [declared.method, { direction, params: nameOf(declared.params), result }];
      }),
    ),
  );
}

function nameOf(schema: { readonly $id?: string | undefined } | null): string {
  return schema?.$id ?? "none";
}

const ours = {
  methods: methodsOf({
    clientRequest: clientMethods,
    serverRequest: serverMethods,
    clientNotification: clientNotifications,
    serverNotification: serverNotifications,
  }),
  definitions: definitionsIn("heddle_app_server_protocol.schemas.json"),
};
const oursV1 = {
  methods: methodsOf({
    clientRequest: legacyMethods,
    serverRequest: legacyServerMethods,
    serverNotification: legacyNotifications,
  }),
  definitions: definitionsIn("v1/heddle_app_server_protocol.schemas.json"),
};

/** What is declared otherwise than in the reference, or not there at all. */
function differences(table: Table, theirs: Table): Table {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([name, facts]) => JSON.stringify(facts) !== JSON.stringify(theirs[name]))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

test("every v2 definition and method of the reference is declared", () => {
  expect(Object.keys(ours.definitions)).toEqual(expect.arrayContaining(Object.keys(reference.definitions)));
  expect(Object.keys(ours.methods)).toEqual(expect.arrayContaining(Object.keys(reference.methods)));
});

test("every method of the first API is declared, and every definition but those of events that are not sent", () => {
  const missing = (table: Table, theirs: Table): string[] => Object.keys(theirs).filter((name) => !(name in table));
  expect(missing(oursV1.methods, referenceV1.methods)).toEqual(["codex/event/*"]);
  expect(missing(oursV1.definitions, referenceV1.definitions)).toEqual([
    "ClientInfo",
    "CustomPrompt",
    "HistoryEntry",
    "InitializeParams",
    "InitializeResponse",
    "McpAuthStatus",
    "Resource",
    "ResourceTemplate",
    "Tool",
    "ToolAnnotations",
    "ToolInputSchema",
    "ToolOutputSchema",
  ]);
});

test("each event of the first API is the reference's", () => {
  const theirs: readonly unknown[] = referenceV1.definitions.EventMsg;
  const events = oursV1.definitions["EventMsg"];
  expect(Array.isArray(events) && events.length).toBe(42);
  expect(theirs).toEqual(expect.arrayContaining(Array.isArray(events) ? events : []));
});

/**
 * Everything that is declared is what the reference has, or is in the second snapshot: no shape changes without one of
 * them. To change a shape on purpose, run this test with `-u` and commit the snapshot with it.
 */
test.each([
  { api: "v2", declared: ours, theirs: reference, file: "own-facts.json" },
  { api: "v1", declared: oursV1, theirs: referenceV1, file: "own-facts-v1.json" },
])("shapes of $api differ from the reference's only as recorded", async ({ declared, theirs, file }) => {
  const found = {
    methods: differences(declared.methods, theirs.methods),
    definitions: differences(declared.definitions, theirs.definitions),
  };
  await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(`./fixtures/${file}`);
});
