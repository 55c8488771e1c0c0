import { defineConfig } from "vitest/config";

/** Tests that run the built command; the only ones that need a build. */
const COMMAND_TESTS = "packages/cli/test/*.test.ts";

export default defineConfig({
  test: {
    pool: "threads",
    isolate: false,
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: "source",
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [COMMAND_TESTS],
        },
      },
      {
        extends: true,
        test: {
          name: "command",
          include: [COMMAND_TESTS],
          globalSetup: ["packages/cli/test/support/build-once.ts"],
        },
      },
    ],
  },
});
