import { writeConfig } from "../../src/index.ts";

// A process of its own that writes to a home: `<home> <table> <count>` sets `<table>.k0` to `<table>.k<count - 1>`.
const [home = "", table = "", count = "0"] = process.argv.slice(2);
for (let index = 0; index < Number(count); index += 1) {
  const edits = [{ keyPath: `${table}.k${index}`, value: index, mergeStrategy: "replace" as const }];
  const outcome = await writeConfig({ home, env: {}, overrides: [], managedPaths: [] }, { edits });
  if (!outcome.ok) throw new Error(outcome.message);
}
