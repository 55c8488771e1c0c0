import { expect, test } from "vitest";
import {
  clientMethods,
  clientNotifications,
  exportJsonSchema,
  isJsonObject,
  serverMethods,
  serverNotifications,
  type MethodDefinition,
  type NotificationDefinition,
} from "../src/index.ts";
import reference from "./fixtures/reference-facts.json" with { type: "json" };
import { factsOfAll, type Facts } from "./schema-facts.mjs";

type Table = Readonly<Record<string, Facts>>;

const UNIONS = ["ClientRequest", "ServerRequest", "ServerNotification", "ClientNotification"];

function declaredDefinitions(): Table {
  const bundle = exportJsonSchema()["heddle_app_server_protocol.schemas.json"];
  const facts = factsOfAll(isJsonObject(bundle) ? bundle["definitions"] : {});
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !UNIONS.includes(name)));
}

function declaredMethods(): Table {
  const describe =
    (direction: string) =>
    (declared: MethodDefinition | NotificationDefinition): [string, Facts] => {
      const params = nameOf(declared.params);
      return [declared.method, { direction, params, result: nameOf("result" in declared ? declared.result : null) }];
    };
  return Object.fromEntries([
    ...Object.values(clientMethods).map(describe("clientRequest")),
    ...Object.values(serverMethods).map(describe("serverRequest")),
    ...Object.values(clientNotifications).map(describe("clientNotification")),
    ...Object.values(serverNotifications).map(describe("serverNotification")),
  ]);
}

function nameOf(schema: { readonly $id?: string | undefined } | null): string {
  return schema?.$id ?? "none";
}

/** What is declared otherwise than in the reference, or not there at all. */
function differences(ours: Table, theirs: Table): Table {
  return Object.fromEntries(
    Object.entries(ours)
      .filter(([name, facts]) => JSON.stringify(facts) !== JSON.stringify(theirs[name]))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

test("every v2 definition and method of the reference is declared", () => {
  expect(Object.keys(declaredDefinitions())).toEqual(expect.arrayContaining(Object.keys(reference.definitions)));
  expect(Object.keys(declaredMethods())).toEqual(expect.arrayContaining(Object.keys(reference.methods)));
});

/**
 * Everything that is declared is what the reference has, or is in the second snapshot: no shape changes without one of
 * them. To change a shape on purpose, run this test with `-u` and commit the snapshot with it.
 */
test("shapes differ from the reference's only as recorded", async () => {
  const ours = {
    methods: differences(declaredMethods(), reference.methods),
    definitions: differences(declaredDefinitions(), reference.definitions),
  };
  await expect(`${JSON.stringify(ours, null, 2)}\n`).toMatchFileSnapshot("./fixtures/own-facts.json");
});
