import { expect, test } from "vitest";
import { layerVersion } from "./version.ts";

test("the version of a layer is the digest of its data, in whatever order", async () => {
  const version = "sha256:15dba59c22bc977500dbb9a19e4acda3fd313599842f00138fd2f5b07218dfc4";

  expect(await layerVersion({ approval_policy: "never", sandbox_workspace_write: { network_access: false } })).toBe(
    version,
  );
  expect(await layerVersion({ sandbox_workspace_write: { network_access: false }, approval_policy: "never" })).toBe(
    version,
  );
});

test("numbers as keys are sorted as text", async () => {
  expect(await layerVersion({ a: { "10": 1, "9": [{ y: 1, x: 2 }] } })).toBe(
    await layerVersion({ a: { "9": [{ x: 2, y: 1 }], "10": 1 } }),
  );
});
