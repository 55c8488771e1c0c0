// Writes test/fixtures/reference-facts*.json: the names, members, optionality and enums of the reference's protocol.
// usage: node packages/protocol/scripts/derive-reference-facts.mjs v1|v2 SCHEMA.json METHODS.json
import { readFileSync, writeFileSync } from "node:fs";
import { factsOfAll } from "../test/schema-facts.mjs";

const [api, schemaFile, methodsFile] = process.argv.slice(2);
if (methodsFile === undefined || (api !== "v1" && api !== "v2")) {
  process.stderr.write("usage: node derive-reference-facts.mjs v1|v2 SCHEMA.json METHODS.json\n");
  process.exit(2);
}
const { definitions } = JSON.parse(readFileSync(schemaFile, "utf8"));
const methods = JSON.parse(readFileSync(methodsFile, "utf8")).filter((method) => method.api === api);
const facts = {
  methods: Object.fromEntries(
    methods.map(({ method, direction, params, result }) => [
      method,
      { direction, params: params ?? "none", result: result ?? "none" },
    ]),
  ),
  definitions: factsOfAll(definitions),
};
const target = new URL(
  api === "v1" ? "../test/fixtures/reference-facts-v1.json" : "../test/fixtures/reference-facts.json",
  import.meta.url,
);
writeFileSync(target, `${JSON.stringify(facts, null, 2)}\n`);
